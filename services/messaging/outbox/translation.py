"""From messaging's facts to the public language: ids and times, never a text, an amount or a contact."""

from collections.abc import Callable, Iterable, Mapping

from chassis.kernel import Fact
from events.base import Event
from events.messaging import v1
from messaging.domain.administrator import AdministratorMessageSent
from messaging.domain.conversation import (
    ConversationBlocked,
    ConversationOpened,
    ConversationUnblocked,
    MessageSent,
)
from messaging.domain.notification import NotificationCreated, NotificationRead
from messaging.domain.report import MessageReported
from messaging.domain.terms import TermsAccepted


def translate(fact: Fact) -> Iterable[Event]:
    """The events of one fact.

    Raises:
        KeyError: a fact nobody translates; a test holds the table complete.
    """
    yield TRANSLATIONS[type(fact)](fact)


def _created(fact: NotificationCreated) -> Event:
    return v1.NotificationCreated(
        user_id=fact.user_id, notification_id=fact.notification_id, kind=fact.kind, created_at=fact.created_at
    )


def _read(fact: NotificationRead) -> Event:
    return v1.NotificationRead(user_id=fact.user_id, notification_id=fact.notification_id, read_at=fact.read_at)


def _opened(fact: ConversationOpened) -> Event:
    return v1.ConversationOpened(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        listing_id=fact.listing_id,
        opener_listing_id=fact.opener_listing_id,
        opener_participant_id=fact.opener_id,
        owner_participant_id=fact.owner_id,
        opened_by=fact.opened_by,
        opened_at=fact.at,
    )


def _sent(fact: MessageSent) -> Event:
    return v1.MessageSent(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        message_id=fact.message_id,
        number=fact.number,
        kind=fact.kind,
        participant_id=fact.participant_id,
        sent_by=fact.sent_by,
        sent_at=fact.at,
    )


def _accepted(fact: TermsAccepted) -> Event:
    return v1.TermsAccepted(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        term_sheet_id=fact.term_sheet_id,
        round=fact.round,
        listing_id=fact.listing_id,
        pledgor_listing_id=fact.pledgor_listing_id,
        pledgee_listing_id=fact.pledgee_listing_id,
        pledgor_participant_id=fact.pledgor_id,
        pledgee_participant_id=fact.pledgee_id,
        accepted_at=fact.at,
    )


def _blocked(fact: ConversationBlocked) -> Event:
    return v1.ConversationBlocked(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        blocker_participant_id=fact.blocker_id,
        blocked_participant_id=fact.blocked_id,
        blocked_at=fact.at,
    )


def _unblocked(fact: ConversationUnblocked) -> Event:
    return v1.ConversationUnblocked(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        blocker_participant_id=fact.blocker_id,
        blocked_participant_id=fact.blocked_id,
        unblocked_at=fact.at,
    )


def _reported(fact: MessageReported) -> Event:
    return v1.MessageReported(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        report_id=fact.report_id,
        category=fact.category,
        reporter_participant_id=fact.reporter_id,
        reported_participant_id=fact.reported_id,
        reported_by=fact.reported_by,
        reported_at=fact.at,
    )


def _administrator_message(fact: AdministratorMessageSent) -> Event:
    return v1.AdministratorMessageSent(
        conversation_id=fact.conversation_id,
        recipients=list(fact.recipients),
        message_id=fact.message_id,
        number=fact.number,
        by=fact.side,
        sent_by=fact.sent_by,
        sent_at=fact.at,
    )


TRANSLATIONS: Mapping[type[Fact], Callable[..., Event]] = {
    NotificationCreated: _created,
    NotificationRead: _read,
    ConversationOpened: _opened,
    MessageSent: _sent,
    TermsAccepted: _accepted,
    ConversationBlocked: _blocked,
    ConversationUnblocked: _unblocked,
    MessageReported: _reported,
    AdministratorMessageSent: _administrator_message,
}
