"""The reading side of figures: firms' sums of a day, and the contracts they are sums of."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.reading_ports import ContractFilter, ContractPlace, FirmStanding, KeptContract, ValuedDay
from monitoring.domain.sums import SUM_NAMES, BookSums
from monitoring.domain.valuation import ValuedContract
from monitoring.persistence.books import SNAPSHOT_COLUMNS, reference_of, sums_of_row
from monitoring.persistence.tables import valuation as tables
from monitoring.persistence.valuations import valued_of

_NEWEST = text("select max(business_date) from firm_aggregate")
_KEPT_COLUMNS = ", ".join(f"k.{one}" for one in (*SNAPSHOT_COLUMNS, *SUM_NAMES))
_CURRENT = text(
    "select f.firm_id, a.* from firm f left join firm_aggregate a on a.firm_id = f.firm_id order by f.firm_id"
)
_KEPT = text(
    f"select k.firm_id, k.business_date, k.closed_at, {_KEPT_COLUMNS} "  # noqa: S608  # names of this package
    "from firm_aggregate_day k where k.business_date = :day"
)
_DAY_SUMS = text(
    f"select count(*) as firms, {', '.join(f'sum({one}) as {one}' for one in SUM_NAMES)} "  # noqa: S608  # the same
    "from firm_aggregate_day where business_date = :day"
)
_CODES_NOW = text(
    "select level_code, count(*) as borrowers from borrower_level where firm_id = any(:ids) group by level_code"
)
# A kept day has valuations alone; unknown is a borrower whose known contracts are all normal and one is not known.
_CODES_KEPT = text(
    """
    select level_code, count(*) as borrowers from (
        select case when max(level_code) > 0 or count(*) = count(level_code) then max(level_code) end as level_code
        from contract_valuation_day where business_date = :day and firm_id = any(:ids) group by firm_id, borrower_id
    ) as borrower group by level_code
    """
)


class FigureReads:
    """Figures in one snapshot."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest_day(self) -> date | None:
        """The newest business date any firm is valued at."""
        found: date | None = (await self._connection.execute(_NEWEST)).scalar_one_or_none()
        return found

    async def standings(self, day: date, *, end_of_day: bool) -> list[FirmStanding]:
        """Every firm on board on a day."""
        kept = {row.firm_id: row for row in await self._connection.execute(_KEPT, {"day": day})}
        current = (await self._connection.execute(_CURRENT)).all()
        return [_standing(row, kept.get(row[0]), day=day, end_of_day=end_of_day) for row in current]

    async def standing(self, firm_id: str) -> FirmStanding | None:
        """Where one firm stands now."""
        query = select(tables.aggregate).where(tables.aggregate.c.firm_id == firm_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None or row.business_date is None else _now(row)

    async def day_sums(self, day: date) -> BookSums | None:
        """The market's sums at the end of a day."""
        row = (await self._connection.execute(_DAY_SUMS, {"day": day})).one()
        return sums_of_row(row) if row.firms else None

    async def borrower_codes(self, firms: Mapping[str, bool], day: date) -> dict[int | None, int]:
        """How many borrowers stand at each code."""
        counts: Counter[int | None] = Counter()
        for query, wanted in ((_CODES_NOW, False), (_CODES_KEPT, True)):
            ids = [firm_id for firm_id, is_kept in firms.items() if is_kept is wanted]
            rows = await self._connection.execute(query, {"ids": ids} | ({"day": day} if wanted else {}))
            counts.update({row.level_code: row.borrowers for row in rows})
        return dict(counts)

    async def contracts(
        self, firms: Mapping[str, bool], day: date, *, only: ContractFilter, after: ContractPlace | None, most: int
    ) -> list[KeptContract]:
        """Contracts of firms, in the order of firm and contract, from both tables as one list."""
        kept = [firm_id for firm_id, is_kept in firms.items() if is_kept]
        now = [firm_id for firm_id, is_kept in firms.items() if not is_kept]
        found: list[KeptContract] = []
        for table, ids, of_day in (
            (tables.valuation_day, kept, tables.valuation_day.c.business_date == day),
            (tables.valuation, now, literal(value=True)),
        ):
            if ids:
                condition = and_(of_day, table.c.firm_id.in_(ids), *_only(table, only, after))
                found += await self._contracts(table, condition, most=most)
        return sorted(found, key=lambda one: (one.firm_id, one.valued.contract_id))[:most]

    async def valuation(self, firm_id: str, contract_id: str) -> ValuedContract | None:
        """The current valuation of one contract."""
        table = tables.valuation
        condition = and_(table.c.firm_id == firm_id, table.c.contract_id == contract_id)
        found = await self._contracts(table, condition, most=1)
        return found[0].valued if found else None

    async def valuation_days(self, firm_id: str, contract_id: str, *, most: int) -> list[ValuedDay]:
        """The valuations of one contract at the end of days, the newest first."""
        table = tables.valuation_day
        days = select(tables.aggregate_day.c.business_date).where(tables.aggregate_day.c.firm_id == firm_id)
        query = (
            select(table.c.business_date, *(table.c[name] for name in ValuedContract._fields))
            # The table's key begins with the day: the firm's days are asked for first, and each is one look-up.
            .where(table.c.firm_id == firm_id, table.c.contract_id == contract_id, table.c.business_date.in_(days))
            .order_by(table.c.business_date.desc())
            .limit(most)
        )
        return [ValuedDay(day=row[0], valued=valued_of(row[1:])) for row in await self._connection.execute(query)]

    async def _contracts(self, table: Table, condition: ColumnElement[bool], *, most: int) -> list[KeptContract]:
        columns = (table.c[name] for name in ValuedContract._fields)
        query = select(table.c.firm_id, *columns).where(condition).order_by(table.c.firm_id, table.c.contract_id)
        rows = await self._connection.execute(query.limit(most))
        return [KeptContract(firm_id=row[0], valued=valued_of(row[1:])) for row in rows]


def _only(table: Table, only: ContractFilter, after: ContractPlace | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if only.firm_id is not None:
        conditions.append(table.c.firm_id == only.firm_id)
    if only.borrower_id is not None:
        conditions.append(table.c.borrower_id == only.borrower_id)
    if after is not None:
        place = tuple_(table.c.firm_id, table.c.contract_id)
        conditions.append(place > func.row(after.firm_id, after.contract_id))
    return conditions


def _standing(row: Row[Any], kept: Row[Any] | None, *, day: date, end_of_day: bool) -> FirmStanding:
    is_current = row.business_date == day
    if kept is not None and (end_of_day or not is_current):
        return _of(kept, firm_id=kept.firm_id, kept=True, is_end=True, valued_at=kept.closed_at)
    if is_current:
        return _now(row, firm_id=row[0])
    return FirmStanding(
        firm_id=row[0], day=row.business_date, kept=False, state="live", reference=None, valued_at=None, sums=None
    )


def _now(row: Row[Any], *, firm_id: str | None = None) -> FirmStanding:
    is_end = row.closed_date == row.business_date and not row.changed_since_close
    return _of(row, firm_id=firm_id or row.firm_id, kept=False, is_end=is_end, valued_at=row.valued_at)


def _of(row: Row[Any], *, firm_id: str, kept: bool, is_end: bool, valued_at: datetime | None) -> FirmStanding:
    return FirmStanding(
        firm_id=firm_id,
        day=row.business_date,
        kept=kept,
        state="end_of_day" if is_end else "live",
        reference=reference_of(row),
        valued_at=valued_at,
        sums=sums_of_row(row),
    )
