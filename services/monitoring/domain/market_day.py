"""What the market says for one business date: prices and the corporate actions that have taken effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction
from finance.prices import price_on
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
    suspended: bool,
    last_trade: LastTrade | None,
    calendar: TradingCalendar,
    actions: Iterable[CorporateAction] = (),
) -> UsedPrice | None:
    """FIN4: the close; without a trade the last one, carried over its ex-dates, without age limit while suspended.

    A security that the feed leaves out although it is not suspended has no price: None, which is unknown, never zero.
    """
    if quote is not None and quote.traded:
        return UsedPrice(price_e4=_e4(quote.close + quote.accrued_interest), day=on, stale_days=0)
    if last_trade is not None and (quote is not None or suspended):
        carried = price_on({last_trade.day: last_trade.close}, on=on, calendar=calendar, actions=actions)
        if carried is not None:
            accrued = quote.accrued_interest if quote is not None else Decimal(0)
            # A chain of ex-dates within one suspension may leave more places than a price has.
            price_e4 = half_up(carried.value * E4) + _e4(accrued)
            return UsedPrice(price_e4=price_e4, day=carried.day, stale_days=carried.trading_days_since)
    if quote is not None:
        return UsedPrice(price_e4=_e4(quote.close + quote.accrued_interest), day=None, stale_days=None)
    return None


def _e4(price: Decimal) -> int:
    return scaled(price, PRICE_PLACES)
