"""The participant answers a notice (P4.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.issue_notice import NoticeStanding
from review.application.laddering import keep_notice
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class AnswerNotice:
    """What is said to which notice."""

    notice_id: UUID
    text: str


class AnswerNoticeHandler:
    """In the participant's own scope: another's notice is as good as none."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AnswerNotice, cause: Cause) -> NoticeStanding:
        """Answers it."""
        async with self._begin(cause) as work:
            notice = await work.notices.get(command.notice_id)
            notice.answer(command.text, by=cause.subject.user_id, at=work.now)
            await keep_notice(work, notice)
            return work.answer(NoticeStanding.of(notice))
