"""Which days were verified."""

from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from review.persistence.tables import verification_day as table


class StoredDays:
    """Days of this transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def mark_verified(self, day: date, *, revision: int, now: datetime) -> None:
        """The day's snapshot is complete."""
        values = {"day": day, "status": "verified", "revision": revision, "changed_at": now}
        query = upsert(table).values(values).on_conflict_do_update(index_elements=["day"], set_=values)
        await self._connection.execute(query)

    async def mark_not_verified(self, day: date, *, now: datetime) -> None:
        """The day's snapshot was late; a verified day stays verified."""
        values = {"day": day, "status": "not_verified", "changed_at": now}
        await self._connection.execute(upsert(table).values(values).on_conflict_do_nothing())
