"""Questions about what reaches the operator: messages to the administrator, reports and their evidence."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.application.views import AdministratorTalk, EvidenceView, Waiting
from messaging.domain.report import MessageReport
from messaging.persistence import tables
from messaging.persistence.administrator import administrator_message_of
from messaging.persistence.reports import evidence_of, report_of

_TALK = tables.administrator_conversation
_MESSAGE = tables.administrator_message
_REPORT = tables.message_report
_EVIDENCE = tables.report_evidence


async def load_administrator_talk(
    connection: AsyncConnection,
    *,
    participant_id: str | None,
    conversation_id: UUID | None,
    before: int | None,
    limit: int,
    as_of: datetime,
) -> AdministratorTalk | None:
    """A participant's talk with the administrator, by whose it is or by its id."""
    query = select(_TALK)
    query = query.where(_TALK.c.participant_id == participant_id) if participant_id else query
    query = query.where(_TALK.c.id == conversation_id) if conversation_id else query
    head = (await connection.execute(query)).one_or_none()
    if head is None:
        return None
    told = select(_MESSAGE).where(_MESSAGE.c.conversation_id == head.id)
    if before is not None:
        told = told.where(_MESSAGE.c.number < before)
    rows = [*await connection.execute(told.order_by(_MESSAGE.c.number.desc()).limit(limit + 1))]
    return AdministratorTalk(
        id=head.id,
        participant_id=head.participant_id,
        waiting_since=head.waiting_since,
        messages=[administrator_message_of(row) for row in rows[:limit]],
        more=len(rows) > limit,
        as_of=as_of,
    )


async def load_waiting(
    connection: AsyncConnection, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Waiting]:
    """Who waits for an answer, the longest first."""
    query = select(_TALK).where(_TALK.c.waiting_since.is_not(None))
    if after is not None:
        query = query.where(tuple_(_TALK.c.waiting_since, _TALK.c.id) > tuple_(literal(after[0]), literal(after[1])))
    rows = await connection.execute(query.order_by(_TALK.c.waiting_since, _TALK.c.id).limit(limit))
    return [
        Waiting(
            conversation_id=row.id,
            participant_id=row.participant_id,
            waiting_since=row.waiting_since,
            last_number=row.last_number,
        )
        for row in rows
    ]


async def load_reports(connection: AsyncConnection, *, after: UUID | None, limit: int) -> Sequence[MessageReport]:
    """The reports in scope, the newest first: ids grow with time."""
    query = select(_REPORT)
    if after is not None:
        query = query.where(_REPORT.c.id < after)
    return [report_of(row) for row in await connection.execute(query.order_by(_REPORT.c.id.desc()).limit(limit))]


async def load_evidence(connection: AsyncConnection, report_id: UUID, *, as_of: datetime) -> EvidenceView | None:
    """One report with what was frozen."""
    row = (await connection.execute(select(_REPORT).where(_REPORT.c.id == report_id))).one_or_none()
    if row is None:
        return None
    frozen = select(_EVIDENCE).where(_EVIDENCE.c.report_id == report_id).order_by(_EVIDENCE.c.number)
    return EvidenceView(
        report=report_of(row),
        evidence=[evidence_of(one) for one in await connection.execute(frozen)],
        as_of=as_of,
    )
