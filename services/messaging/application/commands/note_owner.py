"""Whose a listing is: heard with its submission."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class NoteOwner:
    """This listing belongs to this participant."""

    listing_id: UUID
    participant_id: str


class NoteOwnerHandler:
    """Notifications that came before their owner was known find their way now."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteOwner, cause: Cause) -> None:
        """Notes the owner and delivers what waited."""
        async with self._begin(cause) as work:
            await work.directory.note_owner(command.listing_id, command.participant_id)
            waiting = await work.notifications.without_owner(command.listing_id)
            if not waiting:
                return
            await work.notifications.address(command.listing_id, command.participant_id)
            users = await work.directory.users_of(command.participant_id)
            work.record(*(one.for_user(user_id) for one in waiting for user_id in users))
