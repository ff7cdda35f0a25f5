"""The users of the institution whose administrator asks (BX6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Read
from listing.application.reading import reading_participant
from listing.domain.user import User


@dataclass(frozen=True, kw_only=True)
class ListUsers:
    """Of the participant that asks."""


class ListUsersHandler:
    """All of them, those invited and those disabled included: there are never more than a page."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: ListUsers, cause: Cause) -> Sequence[User]:  # noqa: ARG002  # it asks about the caller
        """Answers, in a stable order."""
        async with self._read_own(cause) as reading:
            participant = await reading_participant(reading, cause)
            return sorted(participant.users.values(), key=lambda one: one.user_id)
