"""A second person approves a proposed step, or rejects it (P4.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.propose_step import StepStanding
from review.application.laddering import end_of_term, keep_sanction
from review.application.ports import Begin
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class DecideStep:
    """The decision; `reason` where it is no."""

    sanction_id: UUID
    approved: bool
    reason: str
    person: Reviewer


class DecideStepHandler:
    """An approval takes effect on every service that hears of it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: DecideStep, cause: Cause) -> StepStanding:
        """Decides it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            sanction = await work.sanctions.get(command.sanction_id)
            if command.approved:
                # Locks the subject's steps: whoever ends another one now sees this one, or comes before it.
                await work.sanctions.in_force_on(sanction.matter)
                notice = await work.notices.get(sanction.notice_id)
                appeal_until = await end_of_term(work, "appeal_window")
                sanction.approve(notice, command.person, appeal_until=appeal_until, at=work.now)
            else:
                sanction.reject(command.person, command.reason, at=work.now)
            await keep_sanction(work, sanction)
            return work.answer(StepStanding.of(sanction))
