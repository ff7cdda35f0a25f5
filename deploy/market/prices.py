"""Closes for a run of trading days: a quiet spell, then a fall that feels like one, inside the price limits.

The walk is in cents and seeded. A corporate action moves the close by its ex-reference price, so that nothing really
falls on the ex-date; one security follows a path of its own that meets its lines exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from finance.boards import price_limit, segment_of
from finance.corporate_actions import CorporateAction, reference_price
from finance.units import half_up, half_up_places
from market.master import Security

QUIET_DRIFT, QUIET_SWING = 0.0004, 0.011
FALL_DRIFT, FALL_SWING = -0.021, 0.022
OWN_SWING = 0.008
REBOUND_EVERY = 5  # every so many days of a fall the market breathes
LOWEST_CLOSE = Decimal("0.50")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quote:
    """One security's day."""

    close: Decimal
    traded: bool
    volume: int
    accrued_interest: Decimal | None = None


Closes = dict[tuple[str, str], Quote]


def closes(
    random: Random,
    securities: Sequence[Security],
    days: Sequence[date],
    *,
    falls_from: date,
    actions: Mapping[tuple[tuple[str, str], date], CorporateAction],
    paths: Mapping[tuple[str, str], Mapping[date, Decimal]],
) -> dict[date, Closes]:
    """Closes of every security on every day. `paths` fixes the closes of some."""
    last = {one.key: one.close for one in securities}
    found: dict[date, Closes] = {}
    for number, day in enumerate(days):
        market_move = _market_move(random, number, falling=day >= falls_from)
        found[day] = {}
        for one in securities:
            own_move = random.gauss(0, OWN_SWING)
            base = _base(last[one.key], actions.get((one.key, day)))
            fixed = paths.get(one.key, {}).get(day)
            moved = _moved(one, base, 1 + one.beta * market_move + own_move, day) if fixed is None else fixed
            close = last[one.key] if one.suspended else moved
            last[one.key] = close
            found[day][one.key] = Quote(
                close=close,
                traded=not one.suspended,
                volume=0 if one.suspended else random.randrange(500, 60_000) * 100,
                accrued_interest=_accrued(number) if one.asset_class == "bond" else None,
            )
    return found


def _market_move(random: Random, number: int, *, falling: bool) -> float:
    if not falling:
        return random.gauss(QUIET_DRIFT, QUIET_SWING)
    if number % REBOUND_EVERY == 0:
        return abs(random.gauss(0, FALL_SWING))
    return random.gauss(FALL_DRIFT, FALL_SWING)


def _base(previous: Decimal, action: CorporateAction | None) -> Decimal:
    """What the day's move starts from: the previous close, or the ex-reference price on an ex-date."""
    return previous if action is None else half_up_places(reference_price(previous, action), 2)


def _moved(one: Security, base: Decimal, factor: float, day: date) -> Decimal:
    limit = _limit(one, day)
    base_cents = int(base * 100)
    low, high = half_up(base_cents * (1 - limit)), half_up(base_cents * (1 + limit))
    cents = min(max(round(base_cents * factor), low), high)
    return max(Decimal(cents) * _CENT, LOWEST_CLOSE)


def _limit(one: Security, day: date) -> Fraction:
    segment = segment_of(one.market, one.code, day)
    found = price_limit(segment, day, special_treatment=one.special_treatment is not None) if segment else None
    return found or Fraction(1, 10)


def _accrued(number: int) -> Decimal:
    """A coupon of 1.825 a year on 100 of face: half a cent a day, shown in cents."""
    return half_up_places(Fraction(number, 200), 2)
