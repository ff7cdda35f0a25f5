"""Applications for access as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from chassis.unit_of_work import VersionConflict
from review.domain.access_application import AccessApplication, ApplicationNotFound, Exchange, Statement
from review.domain.access_terms import RefusalReason
from review.domain.attachment import Attachment
from review.domain.case import Claim
from review.persistence.access_tables import access_application, access_paper
from review.persistence.stored import from_json, to_json

_PLAIN = (
    "application_id", "participant_id", "user_id", "begun_at", "state", "filed_at", "decided_at", "decided_by",
    "failure", "row_version",
)  # fmt: skip


class StoredApplications:
    """Applications of this transaction; a save is guarded by the version that was read."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, application: AccessApplication) -> None:
        """Keeps a new one.

        Raises:
            VersionConflict: the participant has one that has not ended.
        """
        application.row_version = 1
        statement = upsert(access_application).values(_values(application)).on_conflict_do_nothing()
        if (await self._connection.execute(statement)).rowcount != 1:
            raise VersionConflict

    async def get(self, application_id: UUID) -> AccessApplication:
        """One in scope.

        Raises:
            ApplicationNotFound: there is none in sight.
        """
        table = access_application
        row = (await self._connection.execute(select(table).where(table.c.application_id == application_id))).first()
        if row is None:
            raise ApplicationNotFound
        return _application(row)

    async def current(self, participant_id: str) -> AccessApplication | None:
        """The participant's latest."""
        table = access_application
        newest = select(table).where(table.c.participant_id == participant_id).order_by(table.c.begun_at.desc())
        row = (await self._connection.execute(newest.limit(1))).first()
        return _application(row) if row else None

    async def save(self, application: AccessApplication) -> None:
        """Keeps what changed.

        Raises:
            VersionConflict: somebody was faster.
        """
        table, read_at = access_application, application.row_version
        application.row_version += 1
        guarded = update(table).where(
            table.c.application_id == application.application_id, table.c.row_version == read_at
        )
        if (await self._connection.execute(guarded.values(_values(application)))).rowcount != 1:
            raise VersionConflict

    async def keep(self, application: AccessApplication, attachment: Attachment, content: bytes) -> None:
        """Keeps the content of a paper."""
        row = {
            "attachment_id": attachment.attachment_id,
            "application_id": application.application_id,
            "participant_id": application.participant_id,
            "content": content,
        }
        await self._connection.execute(insert(access_paper).values(row))


async def find_waiting(
    connection: AsyncConnection, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[AccessApplication]:
    """Those that wait for a reviewer, the longest waiting first."""
    table = access_application
    query = select(table).where(table.c.state == "filed")
    if after is not None:
        query = query.where(tuple_(table.c.filed_at, table.c.application_id) > after)
    rows = await connection.execute(query.order_by(table.c.filed_at, table.c.application_id).limit(limit))
    return [_application(row) for row in rows]


async def find_paper(connection: AsyncConnection, application_id: UUID, attachment_id: UUID) -> bytes | None:
    """The content of a paper in scope."""
    table = access_paper
    query = select(table.c.content).where(
        table.c.application_id == application_id, table.c.attachment_id == attachment_id
    )
    content: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return content


def _values(application: AccessApplication) -> dict[str, Any]:
    claim = application.claim
    return {
        **{name: getattr(application, name) for name in _PLAIN},
        "statement": to_json(application.statement),
        "attachments": to_json(application.attachments),
        "exchanges": to_json(application.exchanges),
        "reasons": to_json(application.reasons),
        "claimed_by": claim.by if claim else None,
        "claimed_until": claim.until if claim else None,
    }


def _application(row: Row[Any]) -> AccessApplication:
    return AccessApplication(
        application_id=row.application_id,
        participant_id=row.participant_id,
        user_id=row.user_id,
        statement=from_json(row.statement, Statement),
        begun_at=local(row.begun_at),
        state=row.state,
        attachments=from_json(row.attachments, tuple[Attachment, ...]),
        exchanges=from_json(row.exchanges, tuple[Exchange, ...]),
        reasons=from_json(row.reasons, tuple[RefusalReason, ...]),
        claim=Claim(by=row.claimed_by, until=local(row.claimed_until)) if row.claimed_by else None,
        filed_at=local(row.filed_at) if row.filed_at else None,
        decided_at=local(row.decided_at) if row.decided_at else None,
        decided_by=row.decided_by,
        failure=row.failure,
        row_version=row.row_version,
    )
