"""An approval came too late for its day: the version is verified again for today (P11.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.deciding import Deciding
from review.application.ports import Begin
from review.domain.case import CaseNotFound


@dataclass(frozen=True, kw_only=True)
class RecheckCase:
    """The version to verify again."""

    listing_id: UUID
    version: int


class RecheckCaseHandler:
    """Decides an approved case once more; a reviewer's approval stays good."""

    def __init__(self, *, begin: Begin, deciding: Deciding) -> None:
        self._begin = begin
        self._deciding = deciding

    async def __call__(self, command: RecheckCase, cause: Cause) -> None:
        """Decides again."""
        async with self._begin(cause) as work:
            case = await work.cases.of_version(command.listing_id, command.version)
            if case is None:
                raise CaseNotFound
            if case.state != "approved":
                work.note(state=case.state)
                return
            await self._deciding.settle(work, case)
            await work.cases.save(case)
