"""Something concerns a participant, whatever it is about: everybody who acts for it is told."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin
from messaging.application.telling import tell
from messaging.domain.notification import Kind


@dataclass(frozen=True, kw_only=True)
class TellParticipant:
    """Who is told of what; `listing_id` where it is about a listing."""

    participant_ids: tuple[str, ...]
    kind: Kind
    listing_id: UUID | None = None


class TellParticipantHandler:
    """One notification for each participant."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: TellParticipant, cause: Cause) -> None:
        """Tells them."""
        async with self._begin(cause) as work:
            for participant_id in command.participant_ids:
                await tell(work, participant_id, command.kind, listing_id=command.listing_id)
            work.note(kind=command.kind)
