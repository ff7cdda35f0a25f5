"""The boxes of one's own listings (P11.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Read
from listing.application.reading import reading_participant
from listing.domain.boxes import Box
from listing.domain.listing import Listing


@dataclass(frozen=True, kw_only=True)
class ListOwnListings:
    """Which box, after which listing, how many."""

    box: Box
    after: UUID | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class OwnListingsPage:
    """Listings of the box, the newest first; `more` says whether others follow."""

    listings: Sequence[Listing]
    more: bool
    as_of: datetime


class ListOwnListingsHandler:
    """Reads in the participant's own scope."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: ListOwnListings, cause: Cause) -> OwnListingsPage:
        """Answers."""
        async with self._read_own(cause) as reading:
            participant = await reading_participant(reading, cause)
            found = await reading.box(participant.id, question.box, after=question.after, limit=question.limit + 1)
            return OwnListingsPage(
                listings=found[: question.limit], more=len(found) > question.limit, as_of=reading.now
            )
