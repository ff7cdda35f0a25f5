"""The main story on real securities: who plays which part, and the contract that meets its line exactly."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from finance.units import fen, half_up_places
from market.contracts import LineTerms
from market.master import Security
from market.real_sources import RealPrices
from market.story import Cast, Key

# Lines of 200% and 180% on 2,000,000 shares: the debt is 1,000,000 times the close that is to meet the warning line,
# exact to the fen whatever that close is.
WARNING, LIQUIDATION = Decimal("2.0"), Decimal("1.8")
SHARES, SHARES_PER_YUAN_OF_DEBT = 2_000_000, 1_000_000
QUIET_BEFORE_LINE = 2


class NoSuchShare(LookupError):
    """The real files hold no share that could play a part."""


def cast_of(securities: Sequence[Security], prices: RealPrices, days: Sequence[date], named: set[Key]) -> Cast:
    """The parts, from shares that traded on every one of the days; the unknown one bears no contract."""
    able = [
        one.key
        for one in securities
        if one.key in prices.followed
        and not one.special_treatment
        and one.a_capital
        and all(found is not None and found[1] for found in (prices.on(one.key, day) for day in days))
    ]
    unknown = next((one.key for one in securities if one.key not in named), None)
    if len(able) < len(Cast.__slots__) or unknown is None:
        raise NoSuchShare(f"{len(able)} shares traded on every day: too few for the story")
    clean, deducted, crowded, waiting, shrinking = able[:5]
    return Cast(
        clean=clean,
        deducted=deducted,
        crowded=crowded,
        waiting=waiting,
        shrinking=shrinking,
        unknown_at_first=unknown,
    )


def line_terms(securities: Sequence[Security], prices: RealPrices, start: date, days: Sequence[date]) -> LineTerms:
    """A contract whose warning line a share's close meets exactly on one of the days, above it before and later again.

    Raises:
        NoSuchShare: no share falls and recovers so within the days.
    """
    for one in securities:
        path = [prices.on(one.key, day) for day in days]
        closes = [found[0] for found in path if found is not None and found[1]]
        before = prices.on(one.key, start)
        at = _first_low_that_recovers(closes) if len(closes) == len(days) and before else None
        if at is not None and before is not None and closes[at] < before[0]:
            debt = closes[at] * SHARES_PER_YUAN_OF_DEBT
            return LineTerms(
                security=one,
                shares=SHARES,
                principal_fen=fen(debt),
                pledge_rate=half_up_places(Fraction(debt) / (SHARES * Fraction(before[0])), 6),
                warning=WARNING,
                liquidation=LIQUIDATION,
            )
    raise NoSuchShare("no share falls and recovers within the days")


def _first_low_that_recovers(closes: Sequence[Decimal]) -> int | None:
    """The first close below all before it that a later one exceeds, without a fall to the liquidation line."""
    for at in range(QUIET_BEFORE_LINE, len(closes) - 1):
        low = closes[at]
        safe = min(closes) * WARNING > low * LIQUIDATION
        if low < min(closes[:at]) and closes[-1] > low and safe:
            return at
    return None


def plain(prices: RealPrices, securities: Sequence[Security], day: date) -> Mapping[Key, Decimal]:
    """A day's prices alone."""
    found = ((one.key, prices.on(one.key, day)) for one in securities)
    return {key: price[0] for key, price in found if price is not None}
