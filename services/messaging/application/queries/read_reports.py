"""What did we report, and what may a moderator see of it?"""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Read
from messaging.application.views import EvidenceView, ReportPage
from messaging.domain.report import ReportNotFound


@dataclass(frozen=True, kw_only=True)
class ListReports:
    """A page of one's own."""

    limit: int
    after: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReadEvidence:
    """What was frozen with a report."""

    report_id: UUID


class ReadReportsHandler:
    """Evidence opens to who has claimed the case, for its time; each look leaves its trace (note 7)."""

    def __init__(self, *, read: Read, read_desk: Read) -> None:
        self._read = read
        self._read_desk = read_desk

    async def list(self, query: ListReports, cause: Cause) -> ReportPage:
        """The reports of the asker's side; row-level security answers whose these are."""
        async with self._read(cause) as reading:
            return await reading.reports(after=query.after, limit=query.limit)

    async def evidence(self, query: ReadEvidence, cause: Cause) -> EvidenceView:
        """The reported range: to its reporter's side always, to a moderator while the claim stands.

        Raises:
            ReportNotFound: there is none this reader may look at.
        """
        subject = cause.subject
        door = self._read_desk if "MO" in subject.roles else self._read
        async with door(cause) as reading:
            found = await reading.evidence(query.report_id)
            if found is None:
                raise ReportNotFound
            if "MO" in subject.roles:
                found.report.require_open_to(subject.user_id, participant_id=subject.participant_id, now=reading.now)
            return found
