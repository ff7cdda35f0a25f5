"""Which reports wait for a moderator? Metadata only: what was reported is read where it was written (note 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.cause import Cause
from review.application.moderation_ports import ModerationSearch
from review.application.ports import Read
from review.domain.moderation import ModerationCase


@dataclass(frozen=True, kw_only=True)
class ModerationsPage:
    """Cases, the oldest first; `more` says whether others follow."""

    cases: Sequence[ModerationCase]
    more: bool
    as_of: datetime


class ListModerationsHandler:
    """For moderators and the supervisor."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, search: ModerationSearch, cause: Cause) -> ModerationsPage:
        """The page."""
        async with self._read(cause) as reading:
            found = await reading.find_moderations(replace(search, limit=search.limit + 1))
            return ModerationsPage(cases=found[: search.limit], more=len(found) > search.limit, as_of=reading.now)
