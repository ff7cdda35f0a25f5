"""The moderator who claimed a case decides it: nothing, a warning, or a notice that P4.1 then demands (P16.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Begin
from review.domain.moderation import Outcome
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class DecideModeration:
    """The outcome, and why in the moderator's words."""

    case_id: UUID
    outcome: Outcome
    note: str
    moderator: Reviewer


@dataclass(frozen=True, kw_only=True)
class ModerationDecided:
    """How it ended."""

    case_id: UUID
    outcome: Outcome
    closed_at: datetime


class DecideModerationHandler:
    """Both sides are told by the service that keeps the report."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: DecideModeration, cause: Cause) -> ModerationDecided:
        """Decides."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            case = await work.moderations.get(command.case_id)
            case.decide(command.outcome, note=command.note, moderator=command.moderator, now=work.now)
            await work.moderations.save(case)
            work.record(*case.facts)
            work.note(case_id=str(case.case_id), outcome=command.outcome)
            return work.answer(ModerationDecided(case_id=case.case_id, outcome=command.outcome, closed_at=work.now))
