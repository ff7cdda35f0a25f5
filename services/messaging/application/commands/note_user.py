"""Who acts for a participant."""

from dataclasses import dataclass

from chassis.cause import Cause
from messaging.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class NoteUser:
    """This login acts for this participant from now on."""

    participant_id: str
    user_id: str
    function: str


class NoteUserHandler:
    """A new user sees the participant's earlier notifications too: they are the participant's."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteUser, cause: Cause) -> None:
        """Notes the user."""
        async with self._begin(cause) as work:
            await work.directory.note_user(command.participant_id, command.user_id, command.function)
