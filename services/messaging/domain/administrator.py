"""A participant writes to the administrator, and a moderator answers (P16.1): open to every status."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Refusal
from messaging.domain.conversation import ConversationFact

Side = Literal["user", "moderator"]


class AdministratorConversationNotFound(Refusal):
    """Nobody has written to the administrator under this id."""

    slug: ClassVar[str] = "administrator-conversation-not-found"
    title_zh: ClassVar[str] = "未找到该管理员会话"
    title_en: ClassVar[str] = "No such conversation with the administrator"
    denial = True


@dataclass(frozen=True, kw_only=True)
class AdministratorMessageSent(ConversationFact):
    """One side wrote."""

    message_id: UUID
    number: int
    side: Side
    sent_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AdministratorMessage:
    """What stands at one place; every message names the login that wrote it."""

    id: UUID
    number: int
    side: Side
    sent_by: str
    text: str
    sent_at: datetime


@dataclass(kw_only=True)
class AdministratorConversation:
    """The one conversation a participant has with the administrator; `waiting_since` the first unanswered message."""

    id: UUID
    participant_id: str
    active_at: datetime
    waiting_since: datetime | None = None
    last_number: int = 0

    def write(self, *, message_id: UUID, side: Side, sent_by: str, text: str, now: datetime) -> AdministratorMessage:
        """The next message; an answer ends the wait, a question begins one unless one stands already."""
        self.last_number += 1
        self.active_at = now
        if side == "moderator":
            self.waiting_since = None
        elif self.waiting_since is None:
            self.waiting_since = now
        return AdministratorMessage(
            id=message_id, number=self.last_number, side=side, sent_by=sent_by, text=text, sent_at=now
        )
