"""What queries answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from messaging.domain.administrator import AdministratorMessage
from messaging.domain.board_listing import Area
from messaging.domain.conversation import Message, ReadOnly
from messaging.domain.notification import Kind
from messaging.domain.report import Evidence, MessageReport
from messaging.domain.terms import Round


@dataclass(frozen=True, kw_only=True)
class Line:
    """A notification as its reader sees it."""

    id: UUID
    listing_id: UUID | None
    conversation_id: UUID | None
    kind: Kind
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Some lines, newest first, how many are unread in all, and of which moment this speaks."""

    lines: Sequence[Line]
    more: bool
    unread: int
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    """A conversation as one side sees it; `unread` counts what the other side wrote and this user has not read."""

    id: UUID
    listing_id: UUID
    area: Area
    opener_listing_id: UUID
    opener_id: str
    owner_id: str
    opened_at: datetime
    active_at: datetime
    last_number: int
    read_to: int
    unread: int
    read_only: ReadOnly | None
    terms_round: int | None
    accepted_round: int | None


@dataclass(frozen=True, kw_only=True)
class ConversationPage:
    """Some conversations, the last active first, and how many messages are unread in all."""

    conversations: Sequence[ConversationView]
    more: bool
    unread: int
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class MessagePage:
    """Some messages, the last first."""

    messages: Sequence[Message]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class TermsView:
    """The rounds so far, the first one first, and the one both sides have accepted."""

    term_sheet_id: UUID
    conversation_id: UUID
    listing_id: UUID
    pledgor_id: str
    pledgee_id: str
    rounds: Sequence[Round]
    accepted_round: int | None
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class AdministratorTalk:
    """A participant's talk with the administrator, the last message first."""

    id: UUID
    participant_id: str
    waiting_since: datetime | None
    messages: Sequence[AdministratorMessage]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A participant who waits for an answer."""

    conversation_id: UUID
    participant_id: str
    waiting_since: datetime
    last_number: int


@dataclass(frozen=True, kw_only=True)
class AdministratorPage:
    """Who waits, the longest first."""

    waiting: Sequence[Waiting]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A side's reports, the newest first."""

    reports: Sequence[MessageReport]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """A report and the messages frozen with it, in the order they were written."""

    report: MessageReport
    evidence: Sequence[Evidence]
    as_of: datetime
