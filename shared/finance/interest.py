"""Simple interest by actual days over 365 (FIN9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from finance.units import E6, Exact, half_up

DAYS_PER_YEAR = 365


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """Principal (fen) and yearly rate (a fraction) in force from a day on."""

    from_day: date
    principal_fen: int
    rate: Exact


def days_of_interest(paid_to: date, on: date) -> int:
    """The first day counts, `on` does not; never negative (interest may be paid ahead)."""
    return max(0, (on - paid_to).days)


def accrued_interest(principal_fen: int, rate: Exact, *, paid_to: date, on: date) -> int:
    """Accrued unpaid interest of one contract in fen, half-up: round per contract, then sum."""
    return half_up(Fraction(principal_fen) * Fraction(rate) * days_of_interest(paid_to, on) / DAYS_PER_YEAR)


def accrued_interest_e6(principal_fen: int, rate_e6: int, days: int) -> int:
    """`accrued_interest` on integers, for the hot path: the rate in millionths, none of them negative."""
    divisor = E6 * DAYS_PER_YEAR
    return (principal_fen * rate_e6 * days * 2 + divisor) // (2 * divisor)


def accrued_interest_piecewise(terms: Sequence[InterestTerms], *, paid_to: date, on: date) -> int:
    """The same where rate or principal changed on the way: the pieces are summed exactly, then rounded once.

    `terms` ascend by day; the first must be in force on `paid_to` or earlier.

    Raises:
        ValueError: no terms are in force on `paid_to`, or they do not ascend.
    """
    days = [one.from_day for one in terms]
    if not terms or days[0] > paid_to or any(left >= right for left, right in pairwise(days)):
        raise ValueError("interest needs ascending terms, the first in force where interest was last paid to")
    total = Fraction(0)
    for piece, until in zip(terms, [*days[1:], on], strict=True):
        start, end = max(piece.from_day, paid_to), min(until, on)
        total += Fraction(piece.principal_fen) * Fraction(piece.rate) * days_of_interest(start, end)
    return half_up(total / DAYS_PER_YEAR)
