"""What the board says of a listing after its submission: whether it is in force, and that its owner be told."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin
from messaging.application.telling import tell
from messaging.domain.board_listing import State
from messaging.domain.notification import Kind


@dataclass(frozen=True, kw_only=True)
class FollowListing:
    """What changed: what is None stays as it was. `kind` is what its owner is told, if anything."""

    listing_id: UUID
    state: State | None = None
    valid_until: date | None = None
    restricted: bool | None = None
    deleted: bool = False
    kind: Kind | None = None


class FollowListingHandler:
    """Keeps the projection by which reciprocity is tested at each request (P14.2, P15.2)."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: FollowListing, cause: Cause) -> None:
        """Follows, and tells."""
        async with self._begin(cause) as work:
            listing = await work.directory.listing(command.listing_id)
            if listing is not None:
                listing.state = command.state or listing.state
                listing.valid_until = command.valid_until or listing.valid_until
                listing.restricted = listing.restricted if command.restricted is None else command.restricted
                listing.deleted = listing.deleted or command.deleted
                await work.directory.follow(listing)
            if command.deleted:
                await work.conversations.close_about(command.listing_id)
            if command.kind is not None:
                owner = listing.participant_id if listing else None
                await tell(work, owner, command.kind, listing_id=command.listing_id)
            work.note(listing_id=str(command.listing_id))
