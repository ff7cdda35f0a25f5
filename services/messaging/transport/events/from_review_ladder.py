"""What the operator's ladder demands of participants, and which steps bind them (P4): each is told."""

from uuid import UUID

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.review import v1
from messaging.application.commands.tell_participant import TellParticipant
from messaging.application.use_cases import UseCases
from messaging.domain.notification import Kind


def notices(use_cases: UseCases) -> Subscriptions:
    """`review.notice.v1`; that a listing is hidden or shown again is told when the board has acted on it."""
    hears = Subscriptions(service="messaging", topic="review.notice.v1")

    async def tell(event: v1.NoticeEvent, kind: Kind, cause: Cause) -> None:
        listing_id = UUID(event.subject_id) if event.subject_kind == "listing" else None
        told = TellParticipant(participant_ids=(event.participant_id,), kind=kind, listing_id=listing_id)
        await use_cases.tell_participant(told, cause)

    @hears.on(v1.NoticeIssued)
    async def tell_issued(event: v1.NoticeIssued, cause: Cause) -> None:
        await tell(event, "notice-issued", cause)

    @hears.on(v1.NoticeOverdue)
    async def tell_overdue(event: v1.NoticeOverdue, cause: Cause) -> None:
        await tell(event, "notice-overdue", cause)

    @hears.on(v1.NoticeClosed)
    async def tell_closed(event: v1.NoticeClosed, cause: Cause) -> None:
        await tell(event, "notice-closed", cause)

    @hears.on(v1.AppealDecided)
    async def tell_decided(event: v1.AppealDecided, cause: Cause) -> None:
        await tell(event, "appeal-decided", cause)

    return hears


def accesses(use_cases: UseCases) -> Subscriptions:
    """`review.access.v1`: applications and steps; what they leave a participant is the board's word."""
    hears = Subscriptions(service="messaging", topic="review.access.v1")

    async def tell(event: v1.AccessEvent, kind: Kind, cause: Cause) -> None:
        await use_cases.tell_participant(TellParticipant(participant_ids=(event.participant_id,), kind=kind), cause)

    @hears.on(v1.AccessGranted)
    async def tell_granted(event: v1.AccessGranted, cause: Cause) -> None:
        await tell(event, "access-granted", cause)

    @hears.on(v1.AccessRefused)
    async def tell_refused(event: v1.AccessRefused, cause: Cause) -> None:
        await tell(event, "access-refused", cause)

    @hears.on(v1.AccessMoreAsked)
    async def tell_more_asked(event: v1.AccessMoreAsked, cause: Cause) -> None:
        await tell(event, "access-more-asked", cause)

    @hears.on(v1.AccessSuspended)
    async def tell_suspended(event: v1.AccessSuspended, cause: Cause) -> None:
        await tell(event, "access-suspended", cause)

    @hears.on(v1.AccessTerminated)
    async def tell_terminated(event: v1.AccessTerminated, cause: Cause) -> None:
        await tell(event, "access-terminated", cause)

    @hears.on(v1.AccessReinstated)
    async def tell_reinstated(event: v1.AccessReinstated, cause: Cause) -> None:
        await tell(event, "access-reinstated", cause)

    return hears
