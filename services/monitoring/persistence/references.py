"""The market of a day as complete snapshots say, kept in memory: a complete snapshot never changes."""

from collections import OrderedDict, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.snapshots import latest_complete, latest_complete_until
from chassis.snapshots.projection import SnapshotDone
from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction
from monitoring.application.book_ports import ReferenceSet, Snapshot
from monitoring.domain.book import Instrument
from monitoring.domain.market_day import LastTrade, MarketDay, Quote, used_price
from monitoring.persistence.tables import reference as tables

MARKETS_KEPT_MAX = 4

_NEXT_DAY = text(
    """
    select min(business_date) from reference_snapshot
    where kind = 'price' and state = 'complete' and business_date >= :not_before
      and (cast(:after as date) is null or business_date > :after)
    """
)
_PRICES = text("select market, security, close, traded, accrued_interest from price where snapshot_id = :snapshot_id")
_SUSPENDED = text("select market, security from security where snapshot_id = :snapshot_id and suspended")
_ACTIONS = text(
    """
    select market, security, ex_date, bonus, cash, rights, rights_price, published_reference_price
    from corporate_action where snapshot_id = :snapshot_id and ex_date <= :on order by market, security, ex_date
    """
)
_CALENDAR = text("select day, is_trading_day from calendar_day where snapshot_id = :snapshot_id")
_LAST_TRADES = text(
    """
    with days as (
        select distinct on (business_date) business_date, snapshot_id from reference_snapshot
        where kind = 'price' and state = 'complete' and business_date < :on
        order by business_date, revision desc, snapshot_id desc)
    select distinct on (p.market, p.security) p.market, p.security, d.business_date, p.close
    from days d join price p on p.snapshot_id = d.snapshot_id
    where p.traded and (p.market, p.security) in (
        select * from unnest(cast(:markets as text[]), cast(:codes as text[])))
    order by p.market, p.security, d.business_date desc
    """
)


class MarketCache:
    """The last few markets and calendars; lives as long as the process."""

    def __init__(self) -> None:
        self._markets: OrderedDict[ReferenceSet, MarketDay] = OrderedDict()

    def get(self, reference: ReferenceSet) -> MarketDay | None:
        """The market if it is in memory."""
        if reference in self._markets:
            self._markets.move_to_end(reference)
        return self._markets.get(reference)

    def put(self, reference: ReferenceSet, market: MarketDay) -> None:
        """Keeps a market, and lets the one go that was not asked for longest."""
        self._markets[reference] = market
        while len(self._markets) > MARKETS_KEPT_MAX:
            self._markets.popitem(last=False)


class PostgresReferences:
    """`References` on the projected snapshots."""

    def __init__(self, connection: AsyncConnection, cache: MarketCache) -> None:
        self._connection = connection
        self._cache = cache

    async def on(self, day: date) -> ReferenceSet | None:
        """The newest snapshots for a business date."""
        price = await latest_complete(self._connection, tables.snapshots, kind="price", business_date=day)
        if price is None:
            return None
        return ReferenceSet(
            day=day,
            price=Snapshot(price.snapshot_id, price.revision),
            # A calendar or a list of actions holds what is to come: the newest one knows best.
            corporate_action=await self._newest("corporate_action"),
            calendar=await self._newest("calendar"),
            security=await self._newest("security", until=day),
        )

    async def next_day(self, *, after: date | None, not_before: date) -> date | None:
        """The first business date with complete prices."""
        parameters = {"after": after, "not_before": not_before}
        found: date | None = (await self._connection.execute(_NEXT_DAY, parameters)).scalar_one_or_none()
        return found

    async def market(self, reference: ReferenceSet) -> MarketDay:
        """The market as those snapshots say."""
        kept = self._cache.get(reference)
        if kept is None:
            kept = await self._load(reference)
            self._cache.put(reference, kept)
        return kept

    async def calendar(self, snapshot: Snapshot) -> TradingCalendar:
        """The trading calendar of a snapshot."""
        rows = await self._connection.execute(_CALENDAR, {"snapshot_id": snapshot.id})
        return TradingCalendar.from_rows((row.day, row.is_trading_day) for row in rows)

    async def _newest(self, kind: str, *, until: date | None = None) -> Snapshot | None:
        found: SnapshotDone | None = await latest_complete_until(
            self._connection, tables.snapshots, kind=kind, until=until
        )
        return None if found is None else Snapshot(found.snapshot_id, found.revision)

    async def _load(self, reference: ReferenceSet) -> MarketDay:
        actions = await self._actions(reference)
        quotes = {
            Instrument(row.market, row.security): Quote(
                close=row.close, traded=row.traded, accrued_interest=row.accrued_interest or Decimal(0)
            )
            for row in await self._rows(_PRICES, reference.price)
        }
        suspended = {Instrument(row.market, row.security) for row in await self._rows(_SUSPENDED, reference.security)}
        carried = {one for one, quote in quotes.items() if not quote.traded} | (suspended - quotes.keys())
        last_trades = await self._last_trades(carried, on=reference.day) if carried else {}
        calendar = await self.calendar(reference.calendar) if carried and reference.calendar else None
        prices = {
            one: used_price(
                quotes.get(one),
                on=reference.day,
                last_trade=last_trades.get(one),
                calendar=calendar,
                actions=actions.get(one, ()),
            )
            for one in quotes.keys() | carried
        }
        known = {one: price for one, price in prices.items() if price is not None}
        return MarketDay(day=reference.day, prices=known, actions=actions)

    async def _actions(self, reference: ReferenceSet) -> dict[Instrument, tuple[CorporateAction, ...]]:
        """Actions that have taken effect by the day."""
        actions: defaultdict[Instrument, list[CorporateAction]] = defaultdict(list)
        for row in await self._rows(_ACTIONS, reference.corporate_action, on=reference.day):
            actions[Instrument(row.market, row.security)].append(
                CorporateAction(
                    ex_date=row.ex_date,
                    bonus=row.bonus,
                    cash=row.cash,
                    rights=row.rights,
                    rights_price=row.rights_price,
                    published_reference_price=row.published_reference_price,
                )
            )
        return {instrument: tuple(several) for instrument, several in actions.items()}

    async def _last_trades(self, instruments: set[Instrument], *, on: date) -> dict[Instrument, LastTrade]:
        several = sorted(instruments)
        parameters = {
            "on": on,
            "markets": [one.market for one in several],
            "codes": [one.security for one in several],
        }
        rows = await self._connection.execute(_LAST_TRADES, parameters)
        return {Instrument(row.market, row.security): LastTrade(row.business_date, row.close) for row in rows}

    async def _rows(self, query: TextClause, snapshot: Snapshot | None, **parameters: object) -> list[Row[Any]]:
        if snapshot is None:
            return []
        return list((await self._connection.execute(query, {"snapshot_id": snapshot.id, **parameters})).all())
