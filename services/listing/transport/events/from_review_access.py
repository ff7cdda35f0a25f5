"""What review decides about access to the board."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.review import v1
from listing.application.commands.note_application import NoteApplication, Outcome
from listing.application.use_cases import UseCases


def on_applications(hears: Subscriptions, use_cases: UseCases) -> None:
    """Of `review.access.v1`: what became of applications (P6.3)."""

    async def note(event: v1.AccessDecidedEvent, outcome: Outcome, cause: Cause) -> None:
        await use_cases.note_application(NoteApplication(participant_id=event.participant_id, outcome=outcome), cause)

    @hears.on(v1.AccessApplied)
    async def applied(event: v1.AccessApplied, cause: Cause) -> None:
        await note(event, "application_under_review", cause)

    @hears.on(v1.AccessMoreAsked)
    async def more_asked(event: v1.AccessMoreAsked, cause: Cause) -> None:
        await note(event, "application_more_asked", cause)

    @hears.on(v1.AccessRefused)
    async def refused(event: v1.AccessRefused, cause: Cause) -> None:
        await note(event, "application_refused", cause)

    @hears.on(v1.AccessGranted)
    async def granted(event: v1.AccessGranted, cause: Cause) -> None:
        noted = NoteApplication(
            participant_id=event.participant_id, outcome="granted", kind=event.kind, registrant=event.user_id
        )
        await use_cases.note_application(noted, cause)
