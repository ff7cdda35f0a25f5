"""What an owner sees of review: every rule's result, what it waits for, and a shortfall that stands (P11.2, P11.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import CaseView, Read
from review.domain.case import CaseNotFound
from review.domain.live_listing import LiveListing


@dataclass(frozen=True, kw_only=True)
class AskOwnCase:
    """A listing of the asking participant."""

    listing_id: UUID
    participant_id: str | None


@dataclass(frozen=True, kw_only=True)
class OwnCase:
    """The cases of a listing, newest version first, and its daily check if it is published."""

    cases: Sequence[CaseView]
    live: LiveListing | None
    as_of: datetime


class AskOwnCaseHandler:
    """Another's listing is as good as none."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: AskOwnCase, cause: Cause) -> OwnCase:
        """The cases."""
        if question.participant_id is None:
            raise CaseNotFound
        async with self._read(cause) as reading:
            cases = await reading.cases_of_listing(question.listing_id, question.participant_id)
            if not cases:
                raise CaseNotFound
            live = await reading.live(question.listing_id, question.participant_id)
            return OwnCase(cases=cases, live=live, as_of=reading.now)
