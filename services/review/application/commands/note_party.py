"""A participant registered, or a login began to act for one: from now on a notice can be issued to it."""

from collections.abc import Collection
from dataclasses import dataclass

from chassis.cause import Cause
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class NoteParty:
    """What listing said; `user_id` where it is about a login."""

    participant_id: str
    account_refs: Collection[str] = ()
    user_id: str | None = None


class NotePartyHandler:
    """Keeps it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteParty, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            if command.user_id is None:
                await work.parties.note_participant(command.participant_id, command.account_refs)
            else:
                await work.parties.note_user(command.participant_id, command.user_id)
