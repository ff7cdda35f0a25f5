"""What messaging says: each recipient is told, and nobody else."""

from chassis.subscriptions import Subscriptions
from events.messaging import v1
from gateway.application.use_cases import UseCases
from gateway.domain.live import Audience
from gateway.transport.events.telling import tell_of


def notifications(use_cases: UseCases) -> Subscriptions:
    """`messaging.notification.v1`: the user's inbox, on all devices."""
    hears = Subscriptions(service="gateway", topic="messaging.notification.v1")
    for event_class in (v1.NotificationCreated, v1.NotificationRead):
        tell_of(hears, event_class, use_cases=use_cases, ids=("notification_id",), audiences=_user)
    return hears


def conversations(use_cases: UseCases) -> Subscriptions:
    """`messaging.conversation.v1`: the users the event itself names (P15.4)."""
    hears = Subscriptions(service="gateway", topic="messaging.conversation.v1")
    for event_class in (
        v1.ConversationOpened,
        v1.TermsAccepted,
        v1.ConversationBlocked,
        v1.ConversationUnblocked,
        v1.MessageReported,
    ):
        tell_of(hears, event_class, use_cases=use_cases, ids=("conversation_id",), audiences=_recipients)
    for said in (v1.MessageSent, v1.AdministratorMessageSent):
        tell_of(hears, said, use_cases=use_cases, ids=("conversation_id", "message_id"), audiences=_recipients)
    return hears


def _user(event: v1.NotificationCreated | v1.NotificationRead) -> tuple[str, ...]:
    return (Audience.user(event.user_id),)


def _recipients(event: v1.ConversationEvent) -> tuple[str, ...]:
    return tuple(Audience.user(one) for one in event.recipients)
