"""Which snapshot answers for a day: the highest complete revision, and no other."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.snapshots.projection import SnapshotDone
from chassis.snapshots.tables import SnapshotTables


async def latest_complete(
    connection: AsyncConnection, tables: SnapshotTables, *, kind: str, business_date: date
) -> SnapshotDone | None:
    """The highest complete revision of one day; None while the day is missing, receiving or partial."""
    query = _complete(tables, kind).where(tables.snapshot.c.business_date == business_date)
    return await _first(connection, query)


async def latest_complete_until(
    connection: AsyncConnection, tables: SnapshotTables, *, kind: str, until: date | None = None
) -> SnapshotDone | None:
    """The newest complete day up to `until` (or of all), in its highest complete revision."""
    query = _complete(tables, kind)
    if until is not None:
        query = query.where(tables.snapshot.c.business_date <= until)
    return await _first(connection, query)


async def states_of(
    connection: AsyncConnection, tables: SnapshotTables, *, kind: str, business_date: date
) -> list[Row[Any]]:
    """Every snapshot of a day, the highest revision first: for people who ask why one is not used."""
    table = tables.snapshot
    query = (
        select(table)
        .where(table.c.kind == kind, table.c.business_date == business_date)
        .order_by(table.c.revision.desc(), table.c.snapshot_id)
    )
    return list((await connection.execute(query)).all())


def _complete(tables: SnapshotTables, kind: str) -> Select[Any]:
    table = tables.snapshot
    return (
        select(table.c.kind, table.c.snapshot_id, table.c.business_date, table.c.revision)
        .where(table.c.kind == kind, table.c.state == "complete")
        # Two loads that claim one revision are told apart by their id, the same way everywhere.
        .order_by(table.c.business_date.desc(), table.c.revision.desc(), table.c.snapshot_id.desc())
        .limit(1)
    )


async def _first(connection: AsyncConnection, query: Select[Any]) -> SnapshotDone | None:
    row = (await connection.execute(query)).first()
    return None if row is None else SnapshotDone(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name
