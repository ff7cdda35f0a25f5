"""The second of two people decides an appeal (P4.4)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.propose_step import StepStanding
from review.application.laddering import keep_sanction, remaining_on
from review.application.ports import Begin
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class DecideAppeal:
    """Agrees with the outcome proposed, or sends the appeal back to be proposed anew."""

    sanction_id: UUID
    approved: bool
    person: Reviewer


class DecideAppealHandler:
    """A reversed step ends at once; a reversed termination revives access, no listing."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: DecideAppeal, cause: Cause) -> StepStanding:
        """Decides it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            sanction = await work.sanctions.get(command.sanction_id)
            remaining = await remaining_on(work, sanction.matter, without=sanction)
            sanction.decide_appeal(command.person, approved=command.approved, remaining=remaining, at=work.now)
            await keep_sanction(work, sanction)
            return work.answer(StepStanding.of(sanction))
