"""A reviewer returns a version with coded reasons (P11.8, P11.9)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.approve_case import CaseSettled
from review.application.commands.claim_case import CLAIM_LAPSE
from review.application.deciding import say
from review.application.ports import Begin
from review.domain.reviewer import Reviewer, return_reasons


@dataclass(frozen=True, kw_only=True)
class ReturnCase:
    """Who returns what, and why: codes with the fields they are about."""

    case_id: UUID
    reviewer: Reviewer
    reasons: tuple[tuple[str, str], ...]


class ReturnCaseHandler:
    """The owner reads each reason with its field and the way out."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ReturnCase, cause: Cause) -> CaseSettled:
        """Returns."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            case = await work.cases.get(command.case_id)
            reasons = return_reasons(list(command.reasons), on=work.today)
            decision = await work.decisions.get(case.decision_id) if case.decision_id else None
            case.return_with(reasons, command.reviewer, decision=decision, now=work.now)
            say(work, case)
            await work.cases.save(case)
            work.unschedule(kind=CLAIM_LAPSE, key=str(case.case_id))
            return work.answer(CaseSettled.of(case))
