"""A terminated participant's listings expire, a bounded number in each transaction (P4.2)."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.commands.note_step import ENDING
from listing.application.keeping import keep
from listing.application.ports import Begin

BATCH = 50


@dataclass(frozen=True, kw_only=True)
class EndListings:
    """Whose."""

    participant_id: str


class EndListingsHandler:
    """Goes on until none is left; a reversed termination stops it, and revives none (P4.4)."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: EndListings, cause: Cause) -> int:
        """Ends a batch and asks for the next; returns how many it ended."""
        async with self._begin(cause) as work:
            if await work.participants.status(command.participant_id) != "terminated":
                work.note(participant_id=command.participant_id, ended=0)
                return 0
            listings = await work.listings.unended_of(command.participant_id, limit=BATCH)
            for listing in listings:
                listing.end_by_operator(at=work.now)
                await keep(work, listing)
            if len(listings) == BATCH:
                work.schedule(kind=ENDING, key=command.participant_id, due_at=work.now)
            work.note(participant_id=command.participant_id, ended=len(listings))
            return len(listings)
