"""The last daily check of each listing (P11.3)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from listing.domain.live_check import LiveCheck
from listing.domain.version import Reason
from listing.persistence import tables
from listing.persistence.codec import from_json, to_json

_TABLE = tables.listing_check


async def load_check(connection: AsyncConnection, listing_id: UUID) -> LiveCheck | None:
    """The last check, if the listing is in scope and was ever checked."""
    row = (await connection.execute(select(_TABLE).where(_TABLE.c.listing_id == listing_id))).one_or_none()
    return None if row is None else _check(row)


class CheckTable:
    """Checks of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, check: LiveCheck) -> bool:
        """Keeps it unless a later snapshot's is kept already, or the listing is unknown."""
        values = {
            "version": check.version,
            "snapshot_date": check.snapshot_date,
            "snapshot_revision": check.snapshot_revision,
            "passed": check.passed,
            "reasons": to_json(check.reasons),
            "checked_at": check.checked_at,
        }
        owner = select(
            tables.listing.c.id,
            tables.listing.c.participant_id,
            *(literal(value, _TABLE.c[name].type) for name, value in values.items()),
        ).where(tables.listing.c.id == check.listing_id)
        statement = upsert(_TABLE).from_select(["listing_id", "participant_id", *values], owner)
        statement = statement.on_conflict_do_update(
            index_elements=["listing_id"],
            set_=values,
            where=tuple_(_TABLE.c.snapshot_date, _TABLE.c.snapshot_revision)
            <= tuple_(literal(check.snapshot_date), literal(check.snapshot_revision)),
        )
        return (await self._connection.execute(statement)).rowcount == 1


def _check(row: Row[Any]) -> LiveCheck:
    return LiveCheck(
        listing_id=row.listing_id,
        version=row.version,
        snapshot_date=row.snapshot_date,
        snapshot_revision=row.snapshot_revision,
        passed=row.passed,
        reasons=from_json(row.reasons, tuple[Reason, ...]),
        checked_at=local(row.checked_at),
    )
