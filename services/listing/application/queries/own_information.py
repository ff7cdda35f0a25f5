"""What the board knows about the participant who asks (P7)."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Publisher, Read
from listing.application.reading import reading_participant


@dataclass(frozen=True, kw_only=True)
class AskOwnInformation:
    """Of the participant who asks."""


class AskOwnInformationHandler:
    """Basic information as the identity provider says it, business information as the participant does."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: AskOwnInformation, cause: Cause) -> Publisher:  # noqa: ARG002  # it asks about the caller
        """Answers."""
        async with self._read_own(cause) as reading:
            participant = await reading_participant(reading, cause)
            return Publisher(participant=participant, business=await reading.business_information(participant.id))
