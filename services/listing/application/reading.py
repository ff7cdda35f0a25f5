"""Who reads: participants with access, and the operator's staff where the matrix lets them."""

from chassis.cause import Cause
from listing.application.ports import Reading
from listing.domain.participant import Participant, require_access

_PARTICIPANTS = frozenset({"PL", "LE"})


async def reading_participant(reading: Reading, cause: Cause) -> Participant:
    """The participant who reads, with access.

    Raises:
        AccessMissing: it has none; the reason and the way are named.
    """
    participant_id = cause.subject.participant_id
    return require_access(await reading.participant(participant_id) if participant_id else None)


def is_participant(cause: Cause) -> bool:
    """Whether the reader acts for a participant, and not for the operator."""
    return bool(cause.subject.roles & _PARTICIPANTS)
