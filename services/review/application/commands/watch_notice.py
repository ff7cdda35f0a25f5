"""The deadline of a notice has come (P4.1, P4.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.laddering import calendar_of, keep_notice
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class WatchNotice:
    """The notice that may be overdue."""

    notice_id: UUID


class WatchNoticeHandler:
    """Whatever was stopped at that moment: the due row waits, and the notice is overdue once."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: WatchNotice, cause: Cause) -> None:
        """Looks at it."""
        async with self._begin(cause) as work:
            notice = await work.notices.get(command.notice_id)
            notice.come_due(await calendar_of(work), at=work.now)
            work.note(notice_id=str(notice.notice_id), state=notice.state)
            await keep_notice(work, notice)
