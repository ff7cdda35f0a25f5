"""Notices that stand on listings, as review says them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from listing.domain.restriction import Demand, Ground
from listing.persistence import tables
from listing.persistence.codec import from_json, to_json

_TABLE = tables.listing_demand


async def load_demands(connection: AsyncConnection, listing_id: UUID) -> Sequence[Demand]:
    """What stands on a listing in scope, oldest first: ids grow with time."""
    query = select(_TABLE).where(_TABLE.c.listing_id == listing_id).order_by(_TABLE.c.notice_id)
    return [_demand(row) for row in await connection.execute(query)]


class DemandTable:
    """Demands of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def on(self, listing_id: UUID) -> Sequence[Demand]:
        """What stands on a listing."""
        return await load_demands(self._connection, listing_id)

    async def put(self, demand: Demand) -> None:
        """It stands from now on."""
        values = {
            "listing_id": demand.listing_id,
            "participant_id": demand.participant_id,
            "ground": to_json(demand.ground),
            "deadline_at": demand.deadline_at,
            "state": demand.state,
        }
        statement = upsert(_TABLE).values(notice_id=demand.notice_id, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["notice_id"], set_=values))

    async def mark_overdue(self, notice_id: UUID) -> None:
        """Its deadline passed."""
        await self._connection.execute(update(_TABLE).where(_TABLE.c.notice_id == notice_id).values(state="overdue"))

    async def remove(self, notice_id: UUID) -> None:
        """It stands no more."""
        await self._connection.execute(delete(_TABLE).where(_TABLE.c.notice_id == notice_id))


def _demand(row: Row[Any]) -> Demand:
    return Demand(
        notice_id=row.notice_id,
        listing_id=row.listing_id,
        participant_id=row.participant_id,
        ground=from_json(row.ground, Ground),
        deadline_at=local(row.deadline_at) if row.deadline_at else None,
        state=row.state,
    )
