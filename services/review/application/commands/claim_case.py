"""A reviewer claims a case for 30 minutes, or renews (P11.9)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Begin
from review.domain.reviewer import Reviewer

CLAIM_LAPSE = "review.claim_lapse"


@dataclass(frozen=True, kw_only=True)
class ClaimCase:
    """Who claims what."""

    case_id: UUID
    reviewer: Reviewer


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """The claim as it stands."""

    case_id: UUID
    until: datetime


class ClaimCaseHandler:
    """One reviewer at a time: of two racing ones exactly one wins."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ClaimCase, cause: Cause) -> Claimed:
        """Claims or renews."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            case = await work.cases.get(command.case_id)
            case.claim_for(command.reviewer, now=work.now)
            await work.cases.save(case)
            if case.claim is None:
                raise AssertionError("a claim that was made stands")
            work.schedule(kind=CLAIM_LAPSE, key=str(case.case_id), due_at=case.claim.until)
            return work.answer(Claimed(case_id=case.case_id, until=case.claim.until))
