"""Words of limits (FIN2, rule article M21): the only code that compares with a line or a limit.

以上 and 以下 (at or above, at or below) include the number; 超过 and 低于 (above, below) do not. Values and lines are
exact, so that being *at* a line is never a matter of rounding.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from finance.units import Exact

Word = Literal["at_or_above", "at_or_below", "above", "below"]
WORDS_ZH: dict[Word, str] = {"at_or_above": "以上", "at_or_below": "以下", "above": "超过", "below": "低于"}


def _exact(value: Exact) -> int | Fraction:
    return Fraction(value) if isinstance(value, Decimal) else value


def at_or_above(value: Exact, line: Exact) -> bool:
    """以上: the line itself is included."""
    return _exact(value) >= _exact(line)


def at_or_below(value: Exact, line: Exact) -> bool:
    """以下: the line itself is included."""
    return _exact(value) <= _exact(line)


def above(value: Exact, line: Exact) -> bool:
    """超过: the line itself is not."""
    return _exact(value) > _exact(line)


def below(value: Exact, line: Exact) -> bool:
    """低于: the line itself is not."""
    return _exact(value) < _exact(line)


_COMPARISONS = {"at_or_above": at_or_above, "at_or_below": at_or_below, "above": above, "below": below}


def compare(word: Word, value: Exact, line: Exact) -> bool:
    """Compares by a word that stands in data."""
    return _COMPARISONS[word](value, line)
