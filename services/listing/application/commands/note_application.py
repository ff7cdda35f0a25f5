"""Review says what became of an application for access (P6.3)."""

from dataclasses import dataclass
from typing import Literal

from chassis.cause import Cause
from listing.application.ports import Begin
from listing.domain.participant import Closed, Kind

Outcome = Literal["granted"] | Closed


@dataclass(frozen=True, kw_only=True)
class NoteApplication:
    """The participant, and how its application stands; of one that was granted, as what and who registered it."""

    participant_id: str
    outcome: Outcome
    kind: Kind = "person"
    registrant: str | None = None


class NoteApplicationHandler:
    """Access that is granted opens the next request, without a new sign-in; whoever has it keeps it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteApplication, cause: Cause) -> None:
        """Notes it. An applicant has signed in before it filed: there is always a participant."""
        async with self._begin(cause) as work:
            participant = await work.participants.take(command.participant_id)
            if participant is None:
                work.note(known=False)
                return
            if command.outcome == "granted":
                participant.open_access(kind=command.kind, registrant=command.registrant, at=work.now)
            else:
                participant.note_application(command.outcome, at=work.now)
            await work.participants.save(participant)
            work.record(*participant.facts)
            participant.facts.clear()
