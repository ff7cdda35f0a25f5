"""A published listing moved between the states of P12.1: only open and negotiating ones are checked daily."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Begin
from review.domain.live_listing import ListingState


@dataclass(frozen=True, kw_only=True)
class NoteState:
    """The move, as listing said it."""

    listing_id: UUID
    state: ListingState


class NoteStateHandler:
    """Follows the state."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteState, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            listing = await work.live.get(command.listing_id)
            if listing is None:
                work.note(unknown_listing=str(command.listing_id))
                return
            listing.state = command.state
            await work.live.put(listing)
