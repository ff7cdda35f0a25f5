"""A person proposes to lift a step before its date (P4.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.propose_step import StepStanding
from review.application.laddering import keep_sanction
from review.application.ports import Begin
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class ProposeLift:
    """Which step, and why."""

    sanction_id: UUID
    reason: str
    person: Reviewer


class ProposeLiftHandler:
    """The step stands until another person approves."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeLift, cause: Cause) -> StepStanding:
        """Proposes it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            sanction = await work.sanctions.get(command.sanction_id)
            sanction.propose_lift(command.person, command.reason, at=work.now)
            await keep_sanction(work, sanction)
            return work.answer(StepStanding.of(sanction))
