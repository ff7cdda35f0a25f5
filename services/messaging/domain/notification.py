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
    "listing-restricted",
    "listing-unrestricted",
    "conversation-opened",
    "message-received",
    "terms-proposed",
    "terms-accepted",
    "administrator-answered",
    "report-decided",
    "notice-issued",
    "notice-overdue",
    "notice-closed",
    "access-granted",
    "access-refused",
    "access-more-asked",
    "information-to-confirm",
    "access-suspended",
    "access-terminated",
    "access-reinstated",
    "appeal-decided",
    "registration-asked",
    "registration-opened",
    "registration-number-recorded",
    "registration-registered",
    "registration-released",
    "registration-abandoned",
]

TITLES: Mapping[Kind, tuple[str, str]] = {
    "listing-published": ("您的信息已发布", "Your listing is published"),
    "listing-updated": ("您的信息更新已发布", "The update of your listing is published"),
    "listing-returned": ("您的信息被退回，请查看原因", "Your listing was returned; see the reasons"),
    "listing-expired": ("您的信息已失效", "Your listing has expired"),
    "listing-waits-for-snapshot": ("持有数据未齐备，您的信息等待核验", "Your listing waits for the day's holdings"),
    "listing-needs-person": ("您的信息转入人工审核", "Your listing waits for a reviewer"),
    "listing-check-failed": ("您的信息未通过每日核验，请及时更正", "Your listing failed the daily check; correct it"),
    "listing-restricted": ("您的信息已被限制展示，请查看原因", "Your listing is hidden from others; see why"),
    "listing-unrestricted": ("您的信息已恢复展示", "Your listing is shown again"),
    "conversation-opened": ("有用户就您的信息发起会话", "Somebody wants to talk about your listing"),
    "message-received": ("您有新的消息", "You have new messages"),
    "terms-proposed": ("对方提出了新一轮条款", "The other side proposed terms"),
    "terms-accepted": ("双方已接受同一轮条款", "Both sides have accepted the same terms"),
    "administrator-answered": ("管理员已回复", "The administrator has answered"),
    "report-decided": ("举报已有处理结果", "A report was decided"),
    "notice-issued": ("您收到更正催告，请在期限内处理", "A correction is demanded of you; see until when"),
    "notice-overdue": ("催告期限已届满", "The deadline of a notice has passed"),
    "notice-closed": ("催告已关闭", "A notice is closed"),
    "access-granted": ("您的申请已获批准，业务平台已开放", "Your application was approved: the board is open"),
    "access-refused": ("您的申请未获批准，请查看理由", "Your application was refused; see why"),
    "access-more-asked": ("请补充申请材料", "More is asked about your application"),
    "information-to-confirm": ("请确认业务平台信息是否仍然有效", "Confirm that your business information still holds"),
    "access-suspended": ("您的使用资格已被暂停，请查看原因及申诉方式", "You are suspended; see why, and how to appeal"),
    "access-terminated": (
        "您的使用资格已被终止，请查看原因及申诉方式",
        "Your access was terminated; see why and appeal",
    ),
    "access-reinstated": ("您的使用资格已恢复", "Your access is restored"),
    "appeal-decided": ("您的申诉已有结果", "Your appeal was decided"),
    "registration-asked": (
        "有一笔质押登记可能与您的信息有关，请确认",
        "A registration may be that of your listing; say whether",
    ),
    "registration-opened": ("质押登记事项已建立，请查看核对清单", "A registration case is open; see its checklist"),
    "registration-number-recorded": ("登记编号已填写", "The registration's number was entered"),
    "registration-registered": ("质押登记已完成", "The pledge is registered"),
    "registration-released": ("质押登记已解除", "The registration was released"),
    "registration-abandoned": ("质押登记事项已放弃", "The registration was given up"),
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
    """One line in the inbox of everybody who acts for a participant; it names what it is about, never what it says.

    `participant_id` is unknown while the event about a listing has overtaken the one that says whose it is.
    """

    id: UUID
    participant_id: str | None
    kind: Kind
    created_at: datetime
    listing_id: UUID | None = None
    conversation_id: UUID | None = None

    def for_user(self, user_id: str) -> NotificationCreated:
        """The fact that concerns one user."""
        return NotificationCreated(user_id=user_id, notification_id=self.id, kind=self.kind, created_at=self.created_at)
