"""What review says of the moderation of a report: who may look until when, and what was decided (P16.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin
from messaging.application.telling import tell
from messaging.domain.report import Claim, Outcome


@dataclass(frozen=True, kw_only=True)
class FollowClaim:
    """A moderator has claimed the case of a report."""

    report_id: UUID
    claim: Claim


class FollowClaimHandler:
    """The latest claim is the one that counts; a report messaging does not have is of a listing."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: FollowClaim, cause: Cause) -> None:
        """Notes who may look."""
        async with self._begin(cause) as work:
            report = await work.reports.get(command.report_id)
            if report is None:
                return
            report.claim = command.claim
            await work.reports.save(report)
            work.note(report_id=str(report.id), case_id=str(command.claim.case_id))


@dataclass(frozen=True, kw_only=True)
class FollowDecision:
    """The case of a report was decided."""

    report_id: UUID
    outcome: Outcome
    closed_at: datetime


class FollowDecisionHandler:
    """The evidence closes, and both sides learn the outcome."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: FollowDecision, cause: Cause) -> None:
        """Notes the outcome and tells both."""
        async with self._begin(cause) as work:
            report = await work.reports.get(command.report_id)
            if report is None or not report.close(command.outcome, at=command.closed_at):
                return
            await work.reports.save(report)
            for side in (report.reporter_id, report.reported_id):
                await tell(work, side, "report-decided", conversation_id=report.conversation_id)
            work.note(report_id=str(report.id), outcome=command.outcome)
