"""The clock ends a listing whose validity is over (P12.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import EXPIRY, keep
from listing.application.ports import Begin
from listing.domain.states import end_of_validity


@dataclass(frozen=True, kw_only=True)
class ExpireDueListing:
    """The listing whose moment may have come."""

    listing_id: UUID


class ExpireDueListingHandler:
    """Whatever was stopped at that moment: the due row waits, and this runs once."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ExpireDueListing, cause: Cause) -> None:
        """Expires it, if its validity is over by the clock of the transaction."""
        async with self._begin(cause) as work:
            listing = await work.listings.take(command.listing_id)
            if listing is None:
                work.note(expired=False, known=False)
                return
            expired = listing.expire_by_clock(at=work.now)
            work.note(expired=expired)
            if expired:
                await keep(work, listing)
            elif listing.live and listing.public is not None:
                # The clock port was set back since the row fell due (local stacks only): the moment comes again.
                due_at = end_of_validity(listing.public.valid_until)
                work.schedule(kind=EXPIRY, key=str(listing.id), due_at=due_at)
