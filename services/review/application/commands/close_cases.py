"""A version was withdrawn, or its listing ended: nothing of it is decided any more."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.noticing import close_notices
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class CloseCases:
    """`ended` when the whole listing is gone (expired, deleted), not only the version under review."""

    listing_id: UUID
    ended: bool


class CloseCasesHandler:
    """Closes what is open, and forgets a listing that has ended."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: CloseCases, cause: Cause) -> None:
        """Closes."""
        async with self._begin(cause) as work:
            for case in await work.cases.open_of(command.listing_id):
                case.close()
                work.unschedule(kind="review.claim_lapse", key=str(case.case_id))
                await work.cases.save(case)
            if command.ended:
                await work.live.remove(command.listing_id)
                await close_notices(work, command.listing_id)
