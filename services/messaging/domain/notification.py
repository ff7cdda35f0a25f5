"""A notification: that something happened to something, never what somebody wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal

Kind = Literal[
    "listing-published",
    "listing-updated",
    "listing-returned",
    "listing-expired",
    "listing-waits-for-snapshot",
    "listing-needs-person",
    "listing-check-failed",
]

TITLES: Mapping[Kind, tuple[str, str]] = {
    "listing-published": ("您的信息已发布", "Your listing is published"),
    "listing-updated": ("您的信息更新已发布", "The update of your listing is published"),
    "listing-returned": ("您的信息被退回，请查看原因", "Your listing was returned; see the reasons"),
    "listing-expired": ("您的信息已失效", "Your listing has expired"),
    "listing-waits-for-snapshot": ("持有数据未齐备，您的信息等待核验", "Your listing waits for the day's holdings"),
    "listing-needs-person": ("您的信息转入人工审核", "Your listing waits for a reviewer"),
    "listing-check-failed": ("您的信息未通过每日核验，请及时更正", "Your listing failed the daily check; correct it"),
}


class NotificationNotFound(Refusal):
    """No such notification, or one of another participant: the two are not told apart."""

    slug = "notification-not-found"
    title_zh = "未找到该通知"
    title_en = "No such notification"
    denial = True


@dataclass(frozen=True, kw_only=True)
class NotificationCreated(Fact):
    """It stands in this user's inbox."""

    user_id: str
    notification_id: UUID
    kind: Kind
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class NotificationRead(Fact):
    """This user has read it."""

    user_id: str
    notification_id: UUID
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One line in the inbox of everybody who acts for a participant.

    `participant_id` is unknown while the event about a listing has overtaken the one that says whose it is.
    """

    id: UUID
    listing_id: UUID
    participant_id: str | None
    kind: Kind
    created_at: datetime

    def for_user(self, user_id: str) -> NotificationCreated:
        """The fact that concerns one user."""
        return NotificationCreated(user_id=user_id, notification_id=self.id, kind=self.kind, created_at=self.created_at)
