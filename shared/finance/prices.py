"""The price of a day, AVG7 and volatility (FIN4, FIN5, FIN11). Closes are of days on which the security traded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import log
from statistics import stdev

from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction, adjusted_closes
from finance.units import Exact

AVG7_DAYS = 7
AVG7_LOOK_BACK = 30
STALE_UNIT_VALUE_DAYS = 5
VOLATILITY_RETURNS = 60


@dataclass(frozen=True, slots=True)
class Price:
    """A price in CNY with its own day and how many trading days ago that was; `stale` by the product's own rule."""

    value: Fraction
    day: date
    trading_days_since: int
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Average:
    """A mean close and of how many days; `complete` is false with fewer than seven."""

    value: Fraction
    days: int

    @property
    def complete(self) -> bool:
        """Whether it stands on seven closes."""
        return self.days == AVG7_DAYS


def price_on(
    closes: Mapping[date, Exact], *, on: date, calendar: TradingCalendar, actions: Iterable[CorporateAction] = ()
) -> Price | None:
    """The close of the day; without a trade the last one before it, adjusted. None: unknown, never zero."""
    adjusted = adjusted_closes(closes, actions, on=on)
    if not adjusted:
        return None
    day = max(adjusted)
    return Price(adjusted[day], day, calendar.count_after(day, on))


def unit_value_on(
    values: Mapping[date, Exact], *, on: date, calendar: TradingCalendar, interval_days: int = 1
) -> Price | None:
    """The last net asset value with its date; stale 5 trading days after the product's publishing interval."""
    known = [day for day in values if day <= on]
    if not known:
        return None
    day = max(known)
    since = calendar.count_after(day, on)
    return Price(Fraction(values[day]), day, since, stale=since > interval_days + STALE_UNIT_VALUE_DAYS)


def bond_price(clean_close: Exact, accrued_interest: Exact) -> Fraction:
    """Per unit of 100 face: clean close plus accrued interest (0 where the market quotes the full price)."""
    return Fraction(clean_close) + Fraction(accrued_interest)


def avg7(
    closes: Mapping[date, Exact], *, on: date, calendar: TradingCalendar, actions: Iterable[CorporateAction] = ()
) -> Average | None:
    """Mean close of the seven trading days before a day on which the security traded, each adjusted to that day.

    At most 30 trading days back; None when it traded on none of them.
    """
    look_back = calendar.window(calendar.previous_trading_day(on), AVG7_LOOK_BACK)
    adjusted = adjusted_closes(closes, actions, on=on)
    used = [adjusted[day] for day in look_back if day in adjusted][-AVG7_DAYS:]
    return Average(sum(used, Fraction(0)) / len(used), len(used)) if used else None


def daily_volatility(adjusted: Mapping[date, Exact], *, on: date) -> float | None:
    """Sample deviation of the last 60 log returns of adjusted closes; None while there are fewer."""
    window = [float(adjusted[day]) for day in sorted(adjusted) if day <= on][-(VOLATILITY_RETURNS + 1) :]
    if len(window) <= VOLATILITY_RETURNS:
        return None
    return stdev(log(later / earlier) for earlier, later in pairwise(window))
