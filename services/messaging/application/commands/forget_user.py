"""A login acts for a participant no more (BX6): nothing is shown to it from now on."""

from dataclasses import dataclass

from chassis.cause import Cause
from messaging.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class ForgetUser:
    """Which login of whose."""

    participant_id: str
    user_id: str


class ForgetUserHandler:
    """What it wrote stays, under its name."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ForgetUser, cause: Cause) -> None:
        """Forgets it."""
        async with self._begin(cause) as work:
            await work.directory.forget_user(command.participant_id, command.user_id)
