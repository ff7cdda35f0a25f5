"""The board says how a participant and its logins stand: every request here is refined with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.cause import Cause, LoginStanding, Status
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class NoteStanding:
    """The whole of it, in the place of what was said before."""

    participant_id: str
    no_access: str | None
    status: Status
    logins: Sequence[LoginStanding]


class NoteStandingHandler:
    """Keeps it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteStanding, cause: Cause) -> None:
        """Keeps it."""
        async with self._begin(cause) as work:
            await work.standings.put(
                command.participant_id, no_access=command.no_access, status=command.status, logins=command.logins
            )
