"""How a participant and its logins stand, as the board says it (P4.2, P6.4, BX6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.cause import Cause, LoginStanding, Status
from messaging.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class NoteStanding:
    """The whole of it: what was said before gives way."""

    participant_id: str
    no_access: str | None
    status: Status
    logins: Sequence[LoginStanding]


class NoteStandingHandler:
    """Every request is answered by it from now on; a termination makes the participant's talk read-only (P15.2)."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteStanding, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            await work.standings.put(
                command.participant_id,
                no_access=command.no_access,
                status=command.status,
                logins=command.logins,
            )
            for login in command.logins:
                if login.function is not None and not login.ended:
                    await work.directory.note_user(command.participant_id, login.user_id, login.function)
            await work.conversations.note_terminated(command.participant_id, terminated=command.status == "terminated")
            work.note(participant_id=command.participant_id, status=command.status)
