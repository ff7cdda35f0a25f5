"""A reviewer approves; the rules run once more on the snapshot of the day before it is said (P11.1, P11.9)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.claim_case import CLAIM_LAPSE
from review.application.deciding import Deciding
from review.application.ports import Begin
from review.domain.case import State, VerificationCase
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class ApproveCase:
    """Who approves what."""

    case_id: UUID
    reviewer: Reviewer


@dataclass(frozen=True, kw_only=True)
class CaseSettled:
    """Where the case stands now: approved, waiting for the day's snapshot, or returned by a rule after all."""

    case_id: UUID
    listing_id: UUID
    version: int
    state: State
    publishable_on: date | None
    waits_for: date | None

    @classmethod
    def of(cls, case: VerificationCase) -> "CaseSettled":
        """Where a case stands."""
        return cls(
            case_id=case.case_id,
            listing_id=case.listing_id,
            version=case.version,
            state=case.state,
            publishable_on=case.publishable_on,
            waits_for=case.waits_for,
        )


class ApproveCaseHandler:
    """The reviewer's word stands in for the rules that ask for a person, and for no other."""

    def __init__(self, *, begin: Begin, deciding: Deciding) -> None:
        self._begin = begin
        self._deciding = deciding

    async def __call__(self, command: ApproveCase, cause: Cause) -> CaseSettled:
        """Approves."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            case = await work.cases.get(command.case_id)
            case.approve(command.reviewer, now=work.now)
            await self._deciding.settle(work, case)
            await work.cases.save(case)
            work.unschedule(kind=CLAIM_LAPSE, key=str(case.case_id))
            return work.answer(CaseSettled.of(case))
