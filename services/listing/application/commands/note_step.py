"""A step against a participant or a login of it took effect, or ended (P4.2)."""

from dataclasses import dataclass
from typing import Literal

from chassis.cause import Cause
from listing.application.ports import Begin
from listing.domain.user import Status, stricter

ENDING = "listing.end_terminated"


@dataclass(frozen=True, kw_only=True)
class NoteStep:
    """`status` is what the step demands, or at its end what remains; `user_id` where it binds one login."""

    participant_id: str
    user_id: str | None
    status: Status
    change: Literal["taken", "ended"]


class NoteStepHandler:
    """The participant's standing is said to every service, its listings are hidden at once, or shown again."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteStep, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            participant = await work.participants.take(command.participant_id)
            if participant is None:
                work.note(unknown_participant=command.participant_id)
                return
            status = command.status
            if command.change == "taken":
                status = stricter(status, participant.own_status(command.user_id))
            participant.stand(status, user_id=command.user_id, at=work.now)
            await work.participants.save(participant)
            work.record(*participant.facts)
            participant.facts.clear()
            if command.user_id is None:
                await work.shelf.hide(participant.id, hidden=status != "active")
            if command.user_id is None and status == "terminated":
                work.schedule(kind=ENDING, key=participant.id, due_at=work.now)
