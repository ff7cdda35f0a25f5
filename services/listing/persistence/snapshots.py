"""The days of reference data the board still holds."""

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from listing.persistence import tables

_SNAPSHOT, _BLOCK = tables.snapshots.snapshot, tables.snapshots.block


class SnapshotTable:
    """Snapshots of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget(self, kind: str, *, days_kept: int, rows_max: int) -> bool:
        """Removes rows of days before the newest complete ones kept, up to so many; says whether more are left."""
        kept = (
            select(_SNAPSHOT.c.business_date)
            .where(_SNAPSHOT.c.kind == kind, _SNAPSHOT.c.state == "complete")
            .distinct()
            .order_by(_SNAPSHOT.c.business_date.desc())
            .limit(days_kept)
        )
        oldest = min((await self._connection.execute(kept)).scalars(), default=None)
        if oldest is None:
            return False
        old = select(_SNAPSHOT.c.snapshot_id).where(_SNAPSHOT.c.kind == kind, _SNAPSHOT.c.business_date < oldest)
        ids = list((await self._connection.execute(old)).scalars())
        if not ids:
            return False
        table = tables.metadata.tables[kind]
        key = tuple(table.primary_key.columns)
        some = select(*key).where(table.c.snapshot_id.in_(ids)).limit(rows_max)
        removed = await self._connection.execute(delete(table).where(tuple_(*key).in_(some)))
        if removed.rowcount == rows_max:
            return True
        # The snapshot's own row goes last: a day that is half gone is still known as one to forget.
        await self._connection.execute(delete(_BLOCK).where(_BLOCK.c.snapshot_id.in_(ids)))
        await self._connection.execute(delete(_SNAPSHOT).where(_SNAPSHOT.c.snapshot_id.in_(ids)))
        return False
