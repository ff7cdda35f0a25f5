"""Firms' valuation state: where each stands, its sums now and at the end of every day."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.book_ports import FirmBook, ReferenceSet, Snapshot
from monitoring.domain.sums import SUM_NAMES, BookSums, values
from monitoring.domain.valuation import ValuedContract

KINDS = ("price", "corporate_action", "calendar", "security")
SNAPSHOT_COLUMNS = tuple(f"{kind}_{part}" for kind in KINDS for part in ("snapshot_id", "revision"))
_SNAPSHOTS = ", ".join(SNAPSHOT_COLUMNS)
_SUMS = ", ".join(SUM_NAMES)
_VALUED = ", ".join(ValuedContract._fields)
_STATE = (
    "business_date",
    "closed_date",
    "changed_since_close",
    "incremental",
    "valued_at",
    *SNAPSHOT_COLUMNS,
    *SUM_NAMES,
)

_PATIENCE = text("set local idle_in_transaction_session_timeout = '30s'")
_FIRMS = text("select firm_id from firm order by firm_id")
# One probe of an index per firm, however many changes are waiting. A business day is behind once newer prices stand, or
# once a snapshot that valued it is no longer the one that would (`PostgresReferences.on` chooses alike).
_UNFINISHED = text(
    """
    with complete as (
        select kind, snapshot_id, business_date, revision from reference_snapshot where state = 'complete')
    select f.firm_id from firm f left join firm_aggregate a on a.firm_id = f.firm_id
    where exists (select from book_change c where c.firm_id = f.firm_id)
       or a.business_date < (select max(business_date) from complete where kind = 'price')
       or a.business_date is not null and (
           a.price_snapshot_id is distinct from (
               select snapshot_id from complete where kind = 'price' and business_date = a.business_date
               order by revision desc, snapshot_id desc limit 1)
           or a.corporate_action_snapshot_id is distinct from (
               select snapshot_id from complete where kind = 'corporate_action'
               order by business_date desc, revision desc, snapshot_id desc limit 1)
           or a.calendar_snapshot_id is distinct from (
               select snapshot_id from complete where kind = 'calendar'
               order by business_date desc, revision desc, snapshot_id desc limit 1)
           or a.security_snapshot_id is distinct from (
               select snapshot_id from complete where kind = 'security' and business_date <= a.business_date
               order by business_date desc, revision desc, snapshot_id desc limit 1))
    order by f.firm_id
    """
)
_MAKE = text("insert into firm_aggregate (firm_id) values (:firm_id) on conflict do nothing")
_LOCK = text("select * from firm_aggregate where firm_id = :firm_id for update")
_SAVE = text(
    f"update firm_aggregate set {', '.join(f'{one} = :{one}' for one in _STATE)} where firm_id = :firm_id"  # noqa: S608  # names of this module
)
_KEEP_SUMS = text(
    f"insert into firm_aggregate_day (business_date, firm_id, closed_at, differences, {_SNAPSHOTS}, {_SUMS}) "  # noqa: S608  # the same
    f"values (:business_date, :firm_id, :closed_at, :differences, "
    f"{', '.join(f':{one}' for one in (*SNAPSHOT_COLUMNS, *SUM_NAMES))})"
)
_KEEP_VALUATIONS = text(
    f"insert into contract_valuation_day (business_date, firm_id, {_VALUED}) "  # noqa: S608  # the same
    f"select :business_date, firm_id, {_VALUED} from contract_valuation where firm_id = :firm_id"
)


class PostgresBooks:
    """`Books` on `firm_aggregate` and the tables of days."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def firms(self) -> list[str]:
        """Every firm on board."""
        return list((await self._connection.execute(_FIRMS)).scalars())

    async def unfinished(self) -> list[str]:
        """Firms with changes that are not valued yet, and those whose snapshots others have overtaken."""
        return list((await self._connection.execute(_UNFINISHED)).scalars())

    async def lock(self, firm_id: str) -> FirmBook:
        """The firm's state, locked.

        Receipts never wait for valuation: this is not the row that intake locks. So a frozen process that holds it
        delays figures alone, and the server may be more patient with it while thousands of contracts are computed.
        """
        await self._connection.execute(_PATIENCE)
        parameters = {"firm_id": firm_id}
        row = (await self._connection.execute(_LOCK, parameters)).one_or_none()
        if row is None:
            await self._connection.execute(_MAKE, parameters)
            row = (await self._connection.execute(_LOCK, parameters)).one()
        return FirmBook(
            firm_id=firm_id,
            reference=reference_of(row),
            closed=row.closed_date,
            changed_since_close=row.changed_since_close,
            incremental=row.incremental,
            sums=sums_of_row(row),
        )

    async def save(self, book: FirmBook, *, at: datetime) -> None:
        """Keeps the state."""
        state = {
            "firm_id": book.firm_id,
            "business_date": book.day,
            "closed_date": book.closed,
            "changed_since_close": book.changed_since_close,
            "incremental": book.incremental,
            "valued_at": at,
        }
        await self._connection.execute(_SAVE, state | _snapshots(book.reference) | _sum_values(book.sums))

    async def keep_day(self, book: FirmBook, *, at: datetime, differences: int) -> None:
        """Keeps sums and valuations as the day's end."""
        day = {"business_date": book.day, "firm_id": book.firm_id}
        end = {"closed_at": at, "differences": differences}
        await self._connection.execute(_KEEP_SUMS, day | end | _snapshots(book.reference) | _sum_values(book.sums))
        await self._connection.execute(_KEEP_VALUATIONS, day)


def sums_of_row(row: Row[Any]) -> BookSums:
    """The vector of a row."""
    return BookSums(*(int(getattr(row, name)) for name in SUM_NAMES))


def reference_of(row: Row[Any]) -> ReferenceSet | None:
    """The snapshots a row was valued by."""
    if row.business_date is None or row.price_snapshot_id is None:
        return None
    corporate_action, calendar, security = (_snapshot(row, kind) for kind in KINDS[1:])
    return ReferenceSet(
        day=row.business_date,
        price=Snapshot(row.price_snapshot_id, row.price_revision),
        corporate_action=corporate_action,
        calendar=calendar,
        security=security,
    )


def _snapshot(row: Row[Any], kind: str) -> Snapshot | None:
    found = getattr(row, f"{kind}_snapshot_id")
    return None if found is None else Snapshot(found, getattr(row, f"{kind}_revision"))


def _snapshots(reference: ReferenceSet | None) -> dict[str, object]:
    found: dict[str, object] = dict.fromkeys(SNAPSHOT_COLUMNS)
    for kind in KINDS:
        snapshot = getattr(reference, kind, None)
        if snapshot is not None:
            found |= {f"{kind}_snapshot_id": snapshot.id, f"{kind}_revision": snapshot.revision}
    return found


def _sum_values(sums: BookSums) -> dict[str, int]:
    return dict(zip(SUM_NAMES, values(sums), strict=True))
