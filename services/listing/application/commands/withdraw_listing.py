"""The owner takes a version under review back."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.owning import own_listing
from listing.application.ports import Begin
from listing.application.standing import Standing


@dataclass(frozen=True, kw_only=True)
class WithdrawListing:
    """Which listing."""

    listing_id: UUID


class WithdrawListingHandler:
    """Its content is the draft again, and its units are free."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: WithdrawListing, cause: Cause) -> Standing:
        """Withdraws it."""
        async with self._begin(cause) as work:
            listing = await own_listing(work, cause, command.listing_id)
            listing.withdraw(at=work.now)
            return work.answer(await keep(work, listing))
