"""The participant appeals against a step, once and in time (P4.4)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.propose_step import StepStanding
from review.application.laddering import end_of_term, keep_sanction
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class MakeAppeal:
    """Against which step, and why."""

    sanction_id: UUID
    text: str


class MakeAppealHandler:
    """In the participant's own scope; the step stands meanwhile."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: MakeAppeal, cause: Cause) -> StepStanding:
        """Makes it."""
        async with self._begin(cause) as work:
            sanction = await work.sanctions.get(command.sanction_id)
            decide_by = await end_of_term(work, "appeal_decision")
            sanction.make_appeal(command.text, by=cause.subject.user_id, decide_by=decide_by, at=work.now)
            await keep_sanction(work, sanction)
            return work.answer(StepStanding.of(sanction))
