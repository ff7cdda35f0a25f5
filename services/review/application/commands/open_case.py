"""A version was submitted: its case opens and is decided at once, or waits (P11.1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from review.application.deciding import Deciding
from review.application.ports import Begin, Work
from review.domain.case import VerificationCase
from review.domain.listing_content import ListingContent


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """A submitted version, as listing said it."""

    listing_id: UUID
    version: int
    participant_id: str
    submitted_at: datetime
    content: ListingContent


class OpenCaseHandler:
    """Opens the case of a version, or opens it again when a withdrawn version comes back."""

    def __init__(self, *, begin: Begin, deciding: Deciding) -> None:
        self._begin = begin
        self._deciding = deciding

    async def __call__(self, command: OpenCase, cause: Cause) -> None:
        """Opens and decides."""
        async with self._begin(cause) as work:
            case = await self._case_of(work, command)
            await self._deciding.settle(work, case)
            await work.cases.save(case)

    async def _case_of(self, work: Work, command: OpenCase) -> VerificationCase:
        for earlier in await work.cases.open_of(command.listing_id):
            if earlier.version != command.version:
                earlier.close()
                await work.cases.save(earlier)
        case = await work.cases.of_version(command.listing_id, command.version)
        if case is not None:
            case.reopen(command.content, submitted_at=command.submitted_at)
            return case
        case = VerificationCase(
            case_id=new_id(),
            listing_id=command.listing_id,
            version=command.version,
            participant_id=command.participant_id,
            content=command.content,
            submitted_at=command.submitted_at,
        )
        await work.cases.add(case)
        return case
