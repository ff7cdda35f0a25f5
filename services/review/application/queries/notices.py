"""Notices: what the operator's persons work through, and what a participant is told (P4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ladder_ports import NoticeSearch
from review.application.ports import Read
from review.domain.notice import Notice, NoticeNotFound
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class NoticesPage:
    """Notices, the newest first; `more` says whether others follow."""

    notices: Sequence[Notice]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadNotice:
    """Who reads which notice."""

    notice_id: UUID
    person: Reviewer


class ListNoticesHandler:
    """Everybody's, for the operator's persons."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, search: NoticeSearch, cause: Cause) -> NoticesPage:
        """The page."""
        async with self._read(cause) as reading:
            found = await reading.find_notices(replace(search, limit=search.limit + 1))
            return NoticesPage(notices=found[: search.limit], more=len(found) > search.limit, as_of=reading.now)


class ReadNoticeHandler:
    """With its evidence and answers; nobody reads those of their own or a related participant's matter here."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ReadNotice, cause: Cause) -> Notice:
        """The notice."""
        async with self._read(cause) as reading:
            notice = await reading.notices.get(question.notice_id)
            question.person.require_no_tie(notice.matter)
            return notice


class OwnNoticesHandler:
    """A participant's own, in its own scope; a notice about one login's conduct is the participant's too."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, search: NoticeSearch, cause: Cause) -> NoticesPage:
        """The page."""
        participant_id = cause.subject.participant_id
        if participant_id is None:
            raise NoticeNotFound
        async with self._read(cause) as reading:
            own = replace(search, participant_id=participant_id, limit=search.limit + 1)
            found = await reading.find_notices(own)
            return NoticesPage(notices=found[: search.limit], more=len(found) > search.limit, as_of=reading.now)
