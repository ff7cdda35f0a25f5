"""Review returned a version (P11.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.ports import Begin
from listing.domain.listing import ListingNotFound
from listing.domain.version import Reason


@dataclass(frozen=True, kw_only=True)
class ReturnVersion:
    """The version and its reasons."""

    listing_id: UUID
    version: int
    reasons: tuple[Reason, ...]


class ReturnVersionHandler:
    """The content is the draft again, its units are free, and the reasons stand beside it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ReturnVersion, cause: Cause) -> None:
        """Applies review's word."""
        async with self._begin(cause) as work:
            listing = await work.listings.take(command.listing_id)
            if listing is None:
                raise ListingNotFound(listing_id=command.listing_id)
            listing.send_back(command.version, command.reasons, at=work.now)
            await keep(work, listing)
