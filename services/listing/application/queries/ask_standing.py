"""How a login stands: asked at every request, here and by the gateway, before the matrix is."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Read
from listing.domain.user import LoginStanding


@dataclass(frozen=True, kw_only=True)
class AskStanding:
    """Of the login that asks."""


class AskStandingHandler:
    """The board's own word, as of the last commit: nothing here is remembered."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: AskStanding, cause: Cause) -> LoginStanding | None:  # noqa: ARG002  # it asks about the caller
        """The standing; None for a participant that never registered."""
        subject = cause.subject
        if subject.participant_id is None:
            return None
        async with self._read_own(cause) as reading:
            return await reading.standing(subject.participant_id, subject.user_id)
