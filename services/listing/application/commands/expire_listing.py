"""The owner ends a listing before its validity does (P12.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.owning import own_listing
from listing.application.ports import Begin
from listing.application.standing import Standing


@dataclass(frozen=True, kw_only=True)
class ExpireListing:
    """Which listing."""

    listing_id: UUID


class ExpireListingHandler:
    """The same move the clock makes, by another hand."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ExpireListing, cause: Cause) -> Standing:
        """Expires it."""
        async with self._begin(cause) as work:
            listing = await own_listing(work, cause, command.listing_id)
            listing.move("expired", at=work.now)
            return work.answer(await keep(work, listing))
