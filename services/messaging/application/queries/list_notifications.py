"""What stands in my inbox?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Read
from messaging.application.views import Inbox


@dataclass(frozen=True, kw_only=True)
class ListNotifications:
    """A page of the asker's own."""

    limit: int
    after: tuple[datetime, UUID] | None = None
    unread_only: bool = False


class ListNotificationsHandler:
    """Row-level security answers whose rows these are; a login without a participant has none."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, query: ListNotifications, cause: Cause) -> Inbox:
        """The page."""
        async with self._read(cause) as reading:
            return await reading.inbox(
                user_id=cause.subject.user_id,
                after=query.after,
                limit=query.limit,
                unread_only=query.unread_only,
            )
