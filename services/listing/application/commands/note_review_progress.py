"""Review says how far a version is: it waits for a snapshot (P11.1), or for a person (P11.2)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.ports import Begin
from listing.domain.listing import ListingNotFound
from listing.domain.version import Reason


@dataclass(frozen=True, kw_only=True)
class NoteReviewProgress:
    """`waits_for` is the day whose snapshot is missing; without it the version waits for a person."""

    listing_id: UUID
    version: int
    waits_for: date | None = None
    reasons: tuple[Reason, ...] = ()


class NoteReviewProgressHandler:
    """Its owner sees why nothing happens yet."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteReviewProgress, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            listing = await work.listings.take(command.listing_id)
            if listing is None:
                raise ListingNotFound(listing_id=command.listing_id)
            if command.waits_for is not None:
                listing.wait_for_snapshot(command.version, command.waits_for)
            else:
                listing.wait_for_person(command.version, command.reasons)
            await keep(work, listing)
