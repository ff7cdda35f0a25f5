"""What the market says for one business date: prices and the corporate actions that have taken effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction, adjusted_closes
from finance.units import E4, half_up, scaled
from monitoring.domain.book import Instrument

PRICE_PLACES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """One row of a price snapshot. Not `traded`: the close is carried from an earlier day."""

    close: Decimal
    accrued_interest: Decimal = Decimal(0)
    traded: bool = True


@dataclass(frozen=True, slots=True)
class LastTrade:
    """The last close before the day on which the security traded."""

    day: date
    close: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedPrice:
    """The price a valuation uses, in 1/10,000 CNY, with its own day; `stale_days` is None where that day is unknown."""

    price_e4: int
    day: date | None
    stale_days: int | None


@dataclass(frozen=True, kw_only=True)
class MarketDay:
    """Prices and actions of one business date, as of the snapshots named; immutable."""

    day: date
    prices: Mapping[Instrument, UsedPrice]
    actions: Mapping[Instrument, tuple[CorporateAction, ...]] = field(default_factory=dict)


def used_price(
    quote: Quote | None,
    *,
    on: date,
    last_trade: LastTrade | None = None,
    calendar: TradingCalendar | None = None,
    actions: Iterable[CorporateAction] = (),
) -> UsedPrice | None:
    """FIN4: the close; without a trade the last one, carried over its ex-dates, without age limit.

    `quote` is None for a security that the feed leaves out: it keeps its last close where it is suspended (the caller
    gives that trade) and has no price otherwise: None, which is unknown, never zero.
    """
    if quote is not None and quote.traded:
        return UsedPrice(price_e4=_e4(quote), day=on, stale_days=0)
    if last_trade is not None:
        carried = adjusted_closes({last_trade.day: last_trade.close}, actions, on=on)[last_trade.day]
        accrued = quote.accrued_interest if quote is not None else 0
        # A chain of ex-dates within one suspension may leave more places than a price has.
        price_e4 = half_up((carried + Fraction(accrued)) * E4)
        return UsedPrice(price_e4=price_e4, day=last_trade.day, stale_days=_age(last_trade.day, on, calendar))
    return None if quote is None else UsedPrice(price_e4=_e4(quote), day=None, stale_days=None)


def _e4(quote: Quote) -> int:
    return scaled(quote.close + quote.accrued_interest, PRICE_PLACES)


def _age(day: date, on: date, calendar: TradingCalendar | None) -> int | None:
    if calendar is None or not calendar.first <= day <= on <= calendar.last:
        return None
    return calendar.count_after(day, on)
