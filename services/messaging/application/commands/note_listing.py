"""Whose a listing is, and in which area: heard with its submission."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin
from messaging.domain.board_listing import Area


@dataclass(frozen=True, kw_only=True)
class NoteListing:
    """This listing belongs to this participant."""

    listing_id: UUID
    participant_id: str
    area: Area


class NoteListingHandler:
    """Notifications that came before their owner was known find their way now."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteListing, cause: Cause) -> None:
        """Notes the listing and delivers what waited."""
        owner = command.participant_id
        async with self._begin(cause) as work:
            await work.directory.note_listing(command.listing_id, participant_id=owner, area=command.area)
            waiting = await work.notifications.without_owner(command.listing_id)
            if not waiting:
                return
            await work.notifications.address(command.listing_id, owner)
            users = await work.directory.users_of(owner)
            work.record(*(one.for_user(user_id) for one in waiting for user_id in users))
