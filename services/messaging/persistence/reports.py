"""Reported messages and their frozen evidence, as one transaction sees them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.domain.report import Claim, Evidence, MessageReport
from messaging.persistence import tables
from messaging.persistence.terms import terms_from_json, to_json

_REPORT = tables.message_report
_EVIDENCE = tables.report_evidence


class ReportTables:
    """Evidence is written once, with the report."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, report: MessageReport, evidence: Sequence[Evidence]) -> None:
        """Keeps a report and freezes its evidence."""
        row = {
            "id": report.id,
            "conversation_id": report.conversation_id,
            "reporter_id": report.reporter_id,
            "reported_id": report.reported_id,
            "reported_by": report.reported_by,
            "category": report.category,
            "note": report.note,
            "reported_at": report.reported_at,
        }
        await self._connection.execute(insert(_REPORT).values(row))
        await self._connection.execute(insert(_EVIDENCE), [_evidence_row(report.id, one) for one in evidence])

    async def get(self, report_id: UUID) -> MessageReport | None:
        """One in scope, locked."""
        query = select(_REPORT).where(_REPORT.c.id == report_id).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return report_of(row) if row else None

    async def save(self, report: MessageReport) -> None:
        """Keeps what became of it."""
        became = {
            "case_id": report.claim.case_id if report.claim else None,
            "moderator_id": report.claim.moderator_id if report.claim else None,
            "claimed_until": report.claim.until if report.claim else None,
            "outcome": report.outcome,
            "closed_at": report.closed_at,
        }
        await self._connection.execute(update(_REPORT).where(_REPORT.c.id == report.id).values(became))


def report_of(row: Row[Any]) -> MessageReport:
    """A report as the domain knows it."""
    claimed = row.case_id is not None
    return MessageReport(
        id=row.id,
        conversation_id=row.conversation_id,
        reporter_id=row.reporter_id,
        reported_id=row.reported_id,
        reported_by=row.reported_by,
        category=row.category,
        note=row.note,
        reported_at=row.reported_at,
        claim=Claim(case_id=row.case_id, moderator_id=row.moderator_id, until=row.claimed_until) if claimed else None,
        outcome=row.outcome,
        closed_at=row.closed_at,
    )


def evidence_of(row: Row[Any]) -> Evidence:
    """One frozen message as the domain knows it."""
    return Evidence(
        number=row.number,
        message_id=row.message_id,
        kind=row.kind,
        participant_id=row.participant_id,
        sent_by=row.sent_by,
        text=row.text,
        terms=terms_from_json(row.terms),
        sent_at=row.sent_at,
    )


def _evidence_row(report_id: UUID, one: Evidence) -> dict[str, object]:
    return {
        "report_id": report_id,
        "number": one.number,
        "message_id": one.message_id,
        "kind": one.kind,
        "participant_id": one.participant_id,
        "sent_by": one.sent_by,
        "text": one.text,
        "terms": None if one.terms is None else to_json(one.terms),
        "sent_at": one.sent_at,
    }
