"""The issuer of a notice closes it (P4.1)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.issue_notice import NoticeStanding
from review.application.laddering import keep_notice
from review.application.ports import Begin
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class CloseNotice:
    """Corrected, or withdrawn."""

    notice_id: UUID
    reason: Literal["corrected", "withdrawn"]
    person: Reviewer


class CloseNoticeHandler:
    """Nothing is demanded any more."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: CloseNotice, cause: Cause) -> NoticeStanding:
        """Closes it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            notice = await work.notices.get(command.notice_id)
            notice.close(command.reason, command.person, at=work.now)
            await keep_notice(work, notice)
            return work.answer(NoticeStanding.of(notice))
