"""What the messaging service says, version 1: ids and times, never a text, an amount or a contact."""

from datetime import datetime
from typing import ClassVar, Literal
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


class ConversationEvent(Event, frozen=True, kw_only=True):
    """An event of one conversation.

    `recipients` are the users to whom it is pushed: everybody who acts for either side, the one who did it included
    (another device of theirs). They re-read it through the matrix.
    """

    topic: ClassVar[str] = "messaging.conversation.v1"
    key_field: ClassVar[str] = "conversation_id"

    conversation_id: UUID
    recipients: list[str]


class ConversationOpened(ConversationEvent, frozen=True, kw_only=True):
    """A participant began to talk with the owner of a listing in the other area (P15.2)."""

    type: ClassVar[str] = "messaging.conversation.opened.v1"

    listing_id: UUID
    opener_listing_id: UUID
    opener_participant_id: str
    owner_participant_id: str
    opened_by: str
    opened_at: datetime


class MessageSent(ConversationEvent, frozen=True, kw_only=True):
    """A message, or a round of terms, stands at place `number` of the one order both sides see (P15.4)."""

    type: ClassVar[str] = "messaging.conversation.message_sent.v1"

    message_id: UUID
    number: int
    kind: Literal["text", "terms"]
    participant_id: str
    sent_by: str
    sent_at: datetime


class TermsAccepted(ConversationEvent, frozen=True, kw_only=True):
    """Both sides have accepted the same round of terms (P15.3); the terms are read where they were written."""

    type: ClassVar[str] = "messaging.conversation.terms_accepted.v1"

    term_sheet_id: UUID
    round: int
    listing_id: UUID
    pledgor_listing_id: UUID
    pledgee_listing_id: UUID
    pledgor_participant_id: str
    pledgee_participant_id: str
    accepted_at: datetime


class ConversationBlocked(ConversationEvent, frozen=True, kw_only=True):
    """One side will not be written to by the other any more: what they share is read-only (P15.4)."""

    type: ClassVar[str] = "messaging.conversation.blocked.v1"

    blocker_participant_id: str
    blocked_participant_id: str
    blocked_at: datetime


class ConversationUnblocked(ConversationEvent, frozen=True, kw_only=True):
    """The side that had blocked the other took it back."""

    type: ClassVar[str] = "messaging.conversation.unblocked.v1"

    blocker_participant_id: str
    blocked_participant_id: str
    unblocked_at: datetime


class MessageReported(ConversationEvent, frozen=True, kw_only=True):
    """Messages were reported to the moderators; the evidence is frozen where they were written (P16.2).

    `recipients` are the users of the reporting side alone: the other side learns of it by the outcome.
    """

    type: ClassVar[str] = "messaging.conversation.reported.v1"

    report_id: UUID
    category: str
    reporter_participant_id: str
    reported_participant_id: str
    reported_by: str
    reported_at: datetime


class AdministratorMessageSent(ConversationEvent, frozen=True, kw_only=True):
    """A message to the administrator, or the answer (P16.1); `recipients` act for the participant who asked."""

    type: ClassVar[str] = "messaging.conversation.administrator_message_sent.v1"

    message_id: UUID
    number: int
    by: Literal["user", "moderator"]
    sent_by: str
    sent_at: datetime
