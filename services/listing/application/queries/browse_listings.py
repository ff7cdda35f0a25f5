"""What the board shows of others' listings: summaries (P14.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from listing.application.ports import Read, Reading
from listing.application.reading import is_participant, reading_participant
from listing.domain.board_search import BoardPlace, BoardSearch
from listing.domain.summary import NoListingInForce, Summary


@dataclass(frozen=True, kw_only=True)
class BrowseListings:
    """Filters, after which place, how many; those over details need a listing in force (P14.2)."""

    search: BoardSearch
    after: BoardPlace | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    """Summaries, the newest first; `more` says whether others follow."""

    summaries: Sequence[Summary]
    more: bool
    as_of: datetime


class BrowseListingsHandler:
    """Summaries hold no identity: they lie on a shelf of their own, and the participant's scope is enough."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: BrowseListings, cause: Cause) -> BoardPage:
        """Answers."""
        async with self._read_own(cause) as reading:
            await _require_filters_allowed(reading, question.search, cause)
            found = await reading.summaries(question.search, after=question.after, limit=question.limit + 1)
            return BoardPage(summaries=found[: question.limit], more=len(found) > question.limit, as_of=reading.now)


async def _require_filters_allowed(reading: Reading, search: BoardSearch, cause: Cause) -> None:
    detail = search.detail.fields if search.detail else ()
    in_force = False
    if is_participant(cause):
        participant = await reading_participant(reading, cause)
        active = cause.subject.status == "active"
        in_force = bool(detail) and active and await reading.has_listing_in_force(participant.id)
    if detail and not in_force:
        raise NoListingInForce(reason="no_listing_in_force", fields=list(detail))
