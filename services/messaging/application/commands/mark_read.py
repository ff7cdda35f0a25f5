"""A user has read a notification."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Begin
from messaging.domain.notification import NotificationNotFound, NotificationRead


@dataclass(frozen=True, kw_only=True)
class MarkRead:
    """Which one."""

    notification_id: UUID


class MarkReadHandler:
    """Reading twice changes nothing and says nothing."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: MarkRead, cause: Cause) -> None:
        """Marks it.

        Raises:
            NotificationNotFound: there is none, or it is another participant's.
        """
        user_id = cause.subject.user_id
        async with self._begin(cause) as work:
            notification = await work.notifications.get(command.notification_id)
            if notification is None:
                raise NotificationNotFound
            if await work.notifications.mark_read(notification, user_id, work.now):
                work.record(NotificationRead(user_id=user_id, notification_id=notification.id, read_at=work.now))
