"""What complete snapshots say. Every question names its snapshot: rows of an incomplete one are never seen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.snapshots import SnapshotDone, latest_complete, latest_complete_until
from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction
from review.application.ports import ActionOf, Closes, HoldingPlace, QueuedLine, SecurityCode
from review.domain.holdings import Holding, HoldingKey
from review.domain.verification_facts import Security, SnapshotRef
from review.persistence import tables
from review.persistence.projections import NO_CLASS

_SNAPSHOT = tables.snapshots.snapshot
_AHEAD = text(
    "select wanted.listing_id, wanted.line_no, sum(l.quantity) as quantity from unnest("
    "cast(:listings as uuid[]), cast(:lines as integer[]), cast(:accounts as text[]), cast(:markets as text[]), "
    "cast(:securities as text[]), cast(:classes as text[]), cast(:moments as timestamptz[])) "
    "as wanted (listing_id, line_no, account_ref, market, security, share_class, published_at) "
    "join live_line l using (account_ref, market, security, share_class) "
    "where l.is_live and l.listing_id <> wanted.listing_id and (wanted.published_at is null "
    "or (l.published_at, l.listing_id) < (wanted.published_at, wanted.listing_id)) group by 1, 2"
)


class StoredEvidence:
    """Snapshots of this transaction's view."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def snapshot(self, kind: str, business_date: date) -> SnapshotRef | None:
        """The highest complete revision of a day."""
        return _ref(await latest_complete(self._connection, tables.snapshots, kind=kind, business_date=business_date))

    async def snapshot_until(self, kind: str, until: date) -> SnapshotRef | None:
        """The newest complete day up to a day."""
        return _ref(await latest_complete_until(self._connection, tables.snapshots, kind=kind, until=until))

    async def snapshots_on(self, kind: str, days: Sequence[date]) -> Sequence[SnapshotRef]:
        """The highest complete revisions of several days, in the order of the days."""
        return [_snapshot_ref(row) for row in await self._answering(kind, _SNAPSHOT.c.business_date.in_(days))]

    async def calendar(self, snapshot: SnapshotRef) -> TradingCalendar | None:
        """The trading calendar of a snapshot; None when its days have gaps."""
        table = tables.calendar_day
        query = select(table.c.day, table.c.is_trading_day).where(table.c.snapshot_id == snapshot.snapshot_id)
        rows = [(row.day, row.is_trading_day) for row in await self._connection.execute(query)]
        try:
            return TradingCalendar.from_rows(rows)
        except ValueError:
            return None

    async def holdings(
        self, snapshot: SnapshotRef, places: Collection[HoldingPlace]
    ) -> Mapping[HoldingPlace, Sequence[Holding]]:
        """What accounts hold of securities, in every class."""
        table = tables.holding
        query = select(table).where(
            table.c.snapshot_id == snapshot.snapshot_id,
            tuple_(table.c.market, table.c.security, table.c.account_ref).in_(
                [(one.market, one.security, one.account_ref) for one in places]
            ),
        )
        found: dict[HoldingPlace, list[Holding]] = {}
        for row in await self._connection.execute(query.order_by(table.c.share_class)):
            place = HoldingPlace(row.account_ref, row.market, row.security)
            found.setdefault(place, []).append(_holding(row))
        return found

    async def securities(
        self, snapshot: SnapshotRef, codes: Collection[SecurityCode]
    ) -> Mapping[SecurityCode, Security]:
        """Rows of the security master."""
        table = tables.security
        query = select(table).where(
            table.c.snapshot_id == snapshot.snapshot_id, tuple_(table.c.market, table.c.security).in_(codes)
        )
        return {(row.market, row.security): _security(row) for row in await self._connection.execute(query)}

    async def pledged(self, snapshot: SnapshotRef, codes: Collection[SecurityCode]) -> Mapping[SecurityCode, Decimal]:
        """How much of each security is pledged in all accounts of a holdings snapshot."""
        table = tables.holding
        query = (
            select(table.c.market, table.c.security, func.sum(table.c.pledged).label("pledged"))
            .where(table.c.snapshot_id == snapshot.snapshot_id, tuple_(table.c.market, table.c.security).in_(codes))
            .group_by(table.c.market, table.c.security)
        )
        return {(row.market, row.security): row.pledged for row in await self._connection.execute(query)}

    async def closes(
        self, snapshots: Sequence[SnapshotRef], codes: Collection[SecurityCode]
    ) -> Mapping[SecurityCode, Closes]:
        """Closes of days on which the securities traded, with accrued interest."""
        table, days = tables.price, {one.snapshot_id: one.business_date for one in snapshots}
        query = select(table).where(
            table.c.snapshot_id.in_(days), table.c.traded, tuple_(table.c.market, table.c.security).in_(codes)
        )
        found: dict[SecurityCode, Closes] = {}
        for row in await self._connection.execute(query):
            closes = found.setdefault((row.market, row.security), {})
            closes[days[row.snapshot_id]] = row.close + (row.accrued_interest or 0)
        return found

    async def actions(
        self, codes: Collection[SecurityCode], *, until: date, since: date, recorded: Collection[UUID] | None = None
    ) -> Sequence[ActionOf]:
        """Corporate actions between two ex-dates; where two days name one action, the later day's word counts."""
        table = tables.corporate_action
        condition = table.c.snapshot_id.in_(recorded) if recorded is not None else _SNAPSHOT.c.business_date <= until
        newest = _newest_revisions("corporate_action", condition)
        query = (
            select(table, _SNAPSHOT.c.business_date, _SNAPSHOT.c.revision)
            .join(_SNAPSHOT, _SNAPSHOT.c.snapshot_id == table.c.snapshot_id)
            .where(
                tuple_(table.c.market, table.c.security).in_(codes),
                table.c.ex_date.between(since, until),
                table.c.snapshot_id.in_(recorded if recorded is not None else newest),
            )
            .order_by(_SNAPSHOT.c.business_date)
        )
        found = {(row.market, row.security, row.ex_date): _action(row) for row in await self._connection.execute(query)}
        return list(found.values())

    async def ahead(self, lines: Sequence[QueuedLine]) -> Mapping[tuple[UUID, int], Decimal]:
        """What other live listings published earlier take of each line's holding (P10.3)."""
        if not lines:
            return {}
        wanted = {
            "listings": [one.listing_id for one in lines],
            "lines": [one.line.line_no for one in lines],
            "accounts": [one.line.account_ref for one in lines],
            "markets": [one.line.market for one in lines],
            "securities": [one.line.security for one in lines],
            "classes": [one.line.share_class or NO_CLASS for one in lines],
            "moments": [one.published_at for one in lines],
        }
        rows = await self._connection.execute(_AHEAD, wanted)
        return {(row.listing_id, row.line_no): row.quantity for row in rows}

    async def _answering(self, kind: str, condition: ColumnElement[bool]) -> list[Row[Any]]:
        query = (
            select(_SNAPSHOT)
            .where(_SNAPSHOT.c.kind == kind, _SNAPSHOT.c.state == "complete", condition)
            .ext(distinct_on(_SNAPSHOT.c.business_date))
            .order_by(_SNAPSHOT.c.business_date, _SNAPSHOT.c.revision.desc(), _SNAPSHOT.c.snapshot_id.desc())
        )
        return list((await self._connection.execute(query)).all())


def _newest_revisions(kind: str, condition: ColumnElement[bool]) -> Any:
    complete = and_(_SNAPSHOT.c.kind == kind, _SNAPSHOT.c.state == "complete")
    return (
        select(_SNAPSHOT.c.snapshot_id)
        .where(complete, condition)
        .ext(distinct_on(_SNAPSHOT.c.business_date))
        .order_by(_SNAPSHOT.c.business_date, _SNAPSHOT.c.revision.desc(), _SNAPSHOT.c.snapshot_id.desc())
    )


def _ref(done: SnapshotDone | None) -> SnapshotRef | None:
    return None if done is None else SnapshotRef(**vars(done))


def _snapshot_ref(row: Row[Any]) -> SnapshotRef:
    return SnapshotRef(
        kind=row.kind, snapshot_id=row.snapshot_id, business_date=row.business_date, revision=row.revision
    )


def _holding(row: Row[Any]) -> Holding:
    return Holding(
        key=HoldingKey(
            account_ref=row.account_ref,
            market=row.market,
            security=row.security,
            share_class=row.share_class or None,
        ),
        held=_plain(row.held),
        frozen=_plain(row.frozen_quantity),
        pledged=_plain(row.pledged),
        settlement_collateral=_plain(row.settlement_collateral),
        other_restricted=_plain(row.other_restricted),
        release_date=row.release_date,
    )


def _security(row: Row[Any]) -> Security:
    return Security(
        market=row.market,
        security=row.security,
        asset_class=row.asset_class,
        board=row.board,
        a_capital=row.a_capital,
        special_treatment=row.special_treatment,
        suspended=row.suspended,
        net_income_last_year=row.net_income_last_year,
    )


def _action(row: Row[Any]) -> ActionOf:
    return ActionOf(
        security=(row.market, row.security),
        action=CorporateAction(
            ex_date=row.ex_date,
            bonus=row.bonus,
            cash=row.cash,
            rights=row.rights,
            rights_price=row.rights_price,
            published_reference_price=row.published_reference_price,
        ),
        snapshot=SnapshotRef(
            kind="corporate_action",
            snapshot_id=row.snapshot_id,
            business_date=row.business_date,
            revision=row.revision,
        ),
    )


def _plain(quantity: Decimal) -> Decimal:
    """Without the column's trailing zeros, and never in exponent form: 3000000, not 3E+6."""
    return quantity.quantize(Decimal(1)) if quantity == quantity.to_integral_value() else quantity.normalize()
