"""What messaging says of private talk: that something in it was reported, never what."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.messaging import v1
from review.application.commands.open_moderation import OpenModeration
from review.application.use_cases import UseCases


def conversations(use_cases: UseCases) -> Subscriptions:
    """`messaging.conversation.v1`: a report opens a moderation case."""
    hears = Subscriptions(service="review", topic="messaging.conversation.v1")

    @hears.on(v1.MessageReported)
    async def open_moderation(event: v1.MessageReported, cause: Cause) -> None:
        command = OpenModeration(
            report_id=event.report_id,
            reported="message",
            category=event.category,
            sides=(event.reporter_participant_id, event.reported_participant_id),
            reported_at=event.reported_at,
        )
        await use_cases.moderation.open(command, cause)

    return hears
