"""The register of reference loads."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.unit_of_work import VersionConflict
from review.domain.reference_load import LoadNotFound, ReferenceLoad
from review.persistence.tables import reference_load as table


class StoredLoads:
    """Loads of this transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_day(self, kind: str, business_date: date) -> Sequence[ReferenceLoad]:
        """Every load of a kind and day; the lock lasts until the transaction ends."""
        lock = func.pg_advisory_xact_lock(func.hashtext(f"reference-load:{kind}:{business_date.isoformat()}"))
        await self._connection.execute(select(lock))
        query = select(table).where(table.c.kind == kind, table.c.business_date == business_date)
        return [stored_load(row) for row in await self._connection.execute(query)]

    async def add(self, load: ReferenceLoad) -> None:
        """Registers a load."""
        load.row_version = 1
        await self._connection.execute(insert(table).values(_values(load)))

    async def get(self, load_id: UUID) -> ReferenceLoad:
        """A load.

        Raises:
            LoadNotFound: there is none.
        """
        row = (await self._connection.execute(select(table).where(table.c.load_id == load_id))).first()
        if row is None:
            raise LoadNotFound
        return stored_load(row)

    async def save(self, load: ReferenceLoad) -> None:
        """Keeps its progress.

        Raises:
            VersionConflict: another process goes on with it.
        """
        read = load.row_version
        load.row_version = read + 1
        query = update(table).where(table.c.load_id == load.load_id, table.c.row_version == read)
        if (await self._connection.execute(query.values(_values(load)))).rowcount != 1:
            raise VersionConflict


_KEPT = tuple(column.name for column in table.columns)


def _values(load: ReferenceLoad) -> dict[str, Any]:
    return {name: getattr(load, name) for name in _KEPT}


def stored_load(row: Row[Any]) -> ReferenceLoad:
    """A row of the register."""
    values = {name: getattr(row, name) for name in _KEPT}
    return ReferenceLoad(**{**values, "said_hash": int(row.said_hash)})
