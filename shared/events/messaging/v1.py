"""What the messaging service says, version 1: ids and times, never a text."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from events.base import Event


class NotificationCreated(Event, frozen=True, kw_only=True):
    """Something stands in a user's inbox; the client re-reads it through the matrix."""

    topic: ClassVar[str] = "messaging.notification.v1"
    type: ClassVar[str] = "messaging.notification.created.v1"
    key_field: ClassVar[str] = "user_id"

    user_id: str
    notification_id: UUID
    kind: str
    created_at: datetime


class NotificationRead(Event, frozen=True, kw_only=True):
    """A user has read it, on whichever device."""

    topic: ClassVar[str] = "messaging.notification.v1"
    type: ClassVar[str] = "messaging.notification.read.v1"
    key_field: ClassVar[str] = "user_id"

    user_id: str
    notification_id: UUID
    read_at: datetime
