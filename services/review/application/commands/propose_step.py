"""A person proposes a step against who missed a deadline (P4.2, P4.3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from review.application.ports import Begin
from review.domain.ladder import Step
from review.domain.reviewer import Reviewer
from review.domain.sanction import Sanction, SanctionState


@dataclass(frozen=True, kw_only=True)
class ProposeStep:
    """Which step, on which notice, and until when; `statement` says why in the proposer's words."""

    notice_id: UUID
    step: Step
    statement: str
    ends_on: date | None
    person: Reviewer


@dataclass(frozen=True, kw_only=True)
class StepStanding:
    """How a step stands after a command."""

    sanction_id: UUID
    step: Step
    state: SanctionState

    @classmethod
    def of(cls, sanction: Sanction) -> "StepStanding":
        """How it stands."""
        return cls(sanction_id=sanction.sanction_id, step=sanction.step, state=sanction.state)


class ProposeStepHandler:
    """Nothing changes for the participant until another person approves."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeStep, cause: Cause) -> StepStanding:
        """Proposes it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            sanction = Sanction.propose(
                sanction_id=new_id(),
                notice=await work.notices.get(command.notice_id),
                step=command.step,
                statement=command.statement,
                ends_on=command.ends_on,
                person=command.person,
                today=work.today,
                at=work.now,
            )
            await work.sanctions.add(sanction)
            return work.answer(StepStanding.of(sanction))
