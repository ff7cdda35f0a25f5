"""A second person lifts a step, or lets it stand (P4.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.propose_step import StepStanding
from review.application.laddering import keep_sanction, remaining_on
from review.application.ports import Begin
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class DecideLift:
    """The decision."""

    sanction_id: UUID
    approved: bool
    person: Reviewer


class DecideLiftHandler:
    """What another step still forbids stays forbidden."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: DecideLift, cause: Cause) -> StepStanding:
        """Decides it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            sanction = await work.sanctions.get(command.sanction_id)
            remaining = await remaining_on(work, sanction.matter, without=sanction)
            sanction.decide_lift(command.person, approved=command.approved, remaining=remaining, at=work.now)
            await keep_sanction(work, sanction)
            return work.answer(StepStanding.of(sanction))
