"""Review approved a version: it is published on its day, or a recheck is asked (P11.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.ports import Begin
from listing.domain.listing import ListingNotFound
from listing.domain.version import Approval


@dataclass(frozen=True, kw_only=True)
class PublishVersion:
    """The approval as review gave it."""

    listing_id: UUID
    approval: Approval


class PublishVersionHandler:
    """Publishes on the day the approval is good for, and on no other."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: PublishVersion, cause: Cause) -> None:
        """Applies review's word."""
        async with self._begin(cause) as work:
            listing = await work.listings.take(command.listing_id)
            if listing is None:
                raise ListingNotFound(listing_id=command.listing_id)
            listing.approve(command.approval, today=work.today, at=work.now)
            await keep(work, listing)
