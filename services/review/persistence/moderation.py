"""Moderation cases as they are kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from chassis.unit_of_work import VersionConflict
from review.application.moderation_ports import ModerationSearch
from review.domain.case import Claim
from review.domain.moderation import ModerationCase, ModerationNotFound
from review.persistence.moderation_tables import moderation_case as table


class StoredModerations:
    """Moderation cases of this transaction; what happened to one is said by whoever saves it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, case: ModerationCase) -> None:
        """Keeps a new one."""
        case.row_version = 1
        await self._connection.execute(insert(table).values(_row(case)))

    async def get(self, case_id: UUID) -> ModerationCase:
        """One.

        Raises:
            ModerationNotFound: there is none.
        """
        row = (await self._connection.execute(select(table).where(table.c.case_id == case_id))).one_or_none()
        if row is None:
            raise ModerationNotFound
        return _case(row)

    async def save(self, case: ModerationCase) -> None:
        """Keeps what changed.

        Raises:
            VersionConflict: somebody was faster.
        """
        read = case.row_version
        case.row_version += 1
        same = (table.c.case_id == case.case_id, table.c.row_version == read)
        saved = await self._connection.execute(update(table).where(*same).values(_row(case)).returning(table.c.case_id))
        if saved.one_or_none() is None:
            raise VersionConflict


async def find_moderations(connection: AsyncConnection, search: ModerationSearch) -> Sequence[ModerationCase]:
    """The oldest first."""
    open_ones = table.c.closed_at.is_(None) if search.open else table.c.closed_at.is_not(None)
    query = select(table).where(open_ones)
    if search.after is not None:
        place = tuple_(literal(search.after[0]), literal(search.after[1]))
        query = query.where(tuple_(table.c.opened_at, table.c.case_id) > place)
    query = query.order_by(table.c.opened_at, table.c.case_id).limit(search.limit)
    return [_case(row) for row in await connection.execute(query)]


def _row(case: ModerationCase) -> dict[str, object]:
    return {
        "case_id": case.case_id,
        "report_id": case.report_id,
        "reported": case.reported,
        "category": case.category,
        "sides": list(case.sides),
        "opened_at": case.opened_at,
        "claimed_by": case.claim.by if case.claim else None,
        "claimed_until": case.claim.until if case.claim else None,
        "outcome": case.outcome,
        "note": case.note,
        "decided_by": case.decided_by,
        "closed_at": case.closed_at,
        "row_version": case.row_version,
    }


def _case(row: Row[Any]) -> ModerationCase:
    return ModerationCase(
        case_id=row.case_id,
        report_id=row.report_id,
        reported=row.reported,
        category=row.category,
        sides=tuple(row.sides),
        opened_at=local(row.opened_at),
        claim=Claim(by=row.claimed_by, until=local(row.claimed_until)) if row.claimed_by else None,
        outcome=row.outcome,
        note=row.note,
        decided_by=row.decided_by,
        closed_at=local(row.closed_at) if row.closed_at else None,
        row_version=row.row_version,
    )
