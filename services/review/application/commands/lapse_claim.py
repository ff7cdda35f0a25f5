"""The time of a claim is over: the case goes back to the queue (P11.9)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.claim_case import CLAIM_LAPSE
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class LapseClaim:
    """The case whose claim may have lapsed."""

    case_id: UUID


class LapseClaimHandler:
    """Lets go, unless the claim was renewed meanwhile."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: LapseClaim, cause: Cause) -> None:
        """Lets go."""
        async with self._begin(cause) as work:
            case = await work.cases.get(command.case_id)
            case.lapse(now=work.now)
            if case.claim is not None:
                work.schedule(kind=CLAIM_LAPSE, key=str(case.case_id), due_at=case.claim.until)
                return
            await work.cases.save(case)
