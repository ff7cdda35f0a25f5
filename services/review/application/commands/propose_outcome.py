"""The first of two people says how an appeal should end (P4.4)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.propose_step import StepStanding
from review.application.laddering import keep_sanction
from review.application.ports import Begin
from review.domain.appeal import Outcome
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class ProposeOutcome:
    """Upheld or reversed, and why."""

    sanction_id: UUID
    outcome: Outcome
    reason: str
    person: Reviewer


class ProposeOutcomeHandler:
    """Nobody who took part in the step."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeOutcome, cause: Cause) -> StepStanding:
        """Proposes it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            sanction = await work.sanctions.get(command.sanction_id)
            sanction.propose_outcome(command.outcome, command.reason, command.person, at=work.now)
            await keep_sanction(work, sanction)
            return work.answer(StepStanding.of(sanction))
