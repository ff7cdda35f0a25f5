"""Steps: what the operator's persons decide from, and what a participant is told (P4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ladder_ports import SanctionSearch
from review.application.ports import Read
from review.domain.notice import Notice
from review.domain.reviewer import Reviewer
from review.domain.sanction import Sanction, SanctionNotFound


@dataclass(frozen=True, kw_only=True)
class SanctionsPage:
    """Steps, the newest first; `more` says whether others follow."""

    sanctions: Sequence[Sanction]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadSanction:
    """Who reads which step."""

    sanction_id: UUID
    person: Reviewer


@dataclass(frozen=True, kw_only=True)
class SanctionFile:
    """A step with the notice it stands on."""

    sanction: Sanction
    notice: Notice


class ListSanctionsHandler:
    """Everybody's, for the operator's persons."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, search: SanctionSearch, cause: Cause) -> SanctionsPage:
        """The page."""
        async with self._read(cause) as reading:
            found = await reading.find_sanctions(replace(search, limit=search.limit + 1))
            return SanctionsPage(sanctions=found[: search.limit], more=len(found) > search.limit, as_of=reading.now)


class ReadSanctionHandler:
    """What a second person decides from; nobody with a tie to the matter."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ReadSanction, cause: Cause) -> SanctionFile:
        """The file."""
        async with self._read(cause) as reading:
            sanction = await reading.sanctions.get(question.sanction_id)
            question.person.require_no_tie(sanction.matter)
            return SanctionFile(sanction=sanction, notice=await reading.notices.get(sanction.notice_id))


class OwnSanctionsHandler:
    """A participant's own, once they are decided."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, search: SanctionSearch, cause: Cause) -> SanctionsPage:
        """The page."""
        participant_id = cause.subject.participant_id
        if participant_id is None:
            raise SanctionNotFound
        async with self._read(cause) as reading:
            own = replace(search, participant_id=participant_id, limit=search.limit + 1)
            found = await reading.find_sanctions(own)
            return SanctionsPage(sanctions=found[: search.limit], more=len(found) > search.limit, as_of=reading.now)
