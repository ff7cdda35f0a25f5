"""Something happened to a listing: everybody who acts for its owner is told."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin
from messaging.application.telling import tell
from messaging.domain.notification import Kind


@dataclass(frozen=True, kw_only=True)
class TellOwner:
    """What happened to which listing."""

    listing_id: UUID
    kind: Kind


class TellOwnerHandler:
    """An event may overtake the one that says whose the listing is: the notification then waits for its owner."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: TellOwner, cause: Cause) -> None:
        """Puts one notification in, and says so for each user."""
        async with self._begin(cause) as work:
            owner = await work.directory.owner_of(command.listing_id)
            await tell(work, owner, command.kind, listing_id=command.listing_id)
            work.note(listing_id=str(command.listing_id), kind=command.kind)
