"""A step that hid a listing is over (P4.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.ports import Begin
from listing.domain.listing import ListingNotFound


@dataclass(frozen=True, kw_only=True)
class UnrestrictListing:
    """Which listing, and the step that ended."""

    listing_id: UUID
    sanction_id: UUID


class UnrestrictListingHandler:
    """Shown again, unless another step hides it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: UnrestrictListing, cause: Cause) -> None:
        """Shows it."""
        async with self._begin(cause) as work:
            listing = await work.listings.take(command.listing_id)
            if listing is None:
                raise ListingNotFound(listing_id=command.listing_id)
            listing.unrestrict(command.sanction_id, at=work.now)
            await keep(work, listing)
