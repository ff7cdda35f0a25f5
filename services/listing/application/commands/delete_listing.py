"""The owner deletes a listing for good (P13.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.owning import own_listing
from listing.application.ports import Begin
from listing.application.standing import Standing


@dataclass(frozen=True, kw_only=True)
class DeleteListing:
    """Which listing."""

    listing_id: UUID


class DeleteListingHandler:
    """No route restores it; audit keeps what it said."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: DeleteListing, cause: Cause) -> Standing:
        """Deletes it."""
        async with self._begin(cause) as work:
            listing = await own_listing(work, cause, command.listing_id)
            listing.delete(at=work.now)
            return work.answer(await keep(work, listing))
