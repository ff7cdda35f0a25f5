"""Two of the operator's people hide a listing from others (P4.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.ports import Begin
from listing.domain.listing import ListingNotFound
from listing.domain.restriction import Restriction


@dataclass(frozen=True, kw_only=True)
class RestrictListing:
    """Which listing, and the step that hides it."""

    listing_id: UUID
    restriction: Restriction


class RestrictListingHandler:
    """State and units stay as they are; validity runs on."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: RestrictListing, cause: Cause) -> None:
        """Hides it."""
        async with self._begin(cause) as work:
            listing = await work.listings.take(command.listing_id)
            if listing is None:
                raise ListingNotFound(listing_id=command.listing_id)
            listing.restrict(command.restriction, at=work.now)
            await keep(work, listing)
