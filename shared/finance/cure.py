"""The least cure that lifts a ratio above a line, and what may be released (FIN12, FIN13)."""

from datetime import date
from fractions import Fraction

from finance.calendar import TradingCalendar
from finance.coverage import Coverage
from finance.lines import above, at_or_above
from finance.units import FEN_PER_YUAN, Exact

LOT_SHARES = 100
UNIT_STEP = Fraction(1, 100)
DEFAULT_CURE_DAYS = 2
DEFAULT_RELEASE_LINE = Fraction(9, 5)


def is_cured(position: Coverage, target: Exact) -> bool:
    """A cure closes at ratio >= target, although exactly W is still a warning."""
    ratio = position.ratio
    return ratio is None or at_or_above(ratio, target)


def cure_due(notified_on: date, calendar: TradingCalendar, *, cure_days: int = DEFAULT_CURE_DAYS) -> date:
    """The last day to cure after a formal notice: so many trading days later."""
    return calendar.add(notified_on, cure_days)


def least_cash(position: Coverage, target: Exact) -> int:
    """The least repayment in fen with ratio > target afterwards; 0 when it is above already, at most the whole debt."""
    if position.ratio is None or above(position.ratio, target):
        return 0
    needed = position.debt_fen - position.cover_fen / Fraction(target)
    return min(position.debt_fen, needed.numerator // needed.denominator + 1)


def least_quantity(position: Coverage, target: Exact, price: Exact, *, step: Exact = LOT_SHARES) -> Fraction:
    """The least further collateral, a multiple of `step`, with V + K + O + q p > m D; 0 when it is above already.

    Shares step by whole lots of 100, fund units by `UNIT_STEP`.

    Raises:
        ValueError: the price is not positive.
    """
    if Fraction(price) <= 0:
        raise ValueError("a cure in securities needs a price above zero")
    if position.ratio is None or above(position.ratio, target):
        return Fraction(0)
    missing_fen = Fraction(target) * position.debt_fen - position.cover_fen
    steps = missing_fen / (FEN_PER_YUAN * Fraction(price) * Fraction(step))
    return (steps.numerator // steps.denominator + 1) * Fraction(step)


def releasable(position: Coverage, price: Exact, *, release_line: Exact = DEFAULT_RELEASE_LINE) -> int:
    """Shares whose release keeps ratio >= R: floor(max(0, V + K + O - R D) / p)."""
    spare = max(Fraction(0), position.cover_fen - Fraction(release_line) * position.debt_fen)
    shares = spare / FEN_PER_YUAN / Fraction(price)
    return shares.numerator // shares.denominator
