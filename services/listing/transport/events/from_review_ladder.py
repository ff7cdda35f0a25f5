"""What the operator's ladder does to listings and to those who publish them (P4)."""

from uuid import UUID

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.review import v1
from listing.application.commands.note_notice import NoteNotice
from listing.application.commands.note_step import NoteStep
from listing.application.commands.restrict_listing import RestrictListing
from listing.application.commands.unrestrict_listing import UnrestrictListing
from listing.application.use_cases import UseCases
from listing.domain.restriction import Demand, Ground, Restriction
from listing.transport.events.from_review_access import on_applications


def notices(use_cases: UseCases) -> Subscriptions:
    """`review.notice.v1`: what is about a listing; notices to participants are told by messaging."""
    hears = Subscriptions(service="listing", topic="review.notice.v1")

    @hears.on(v1.NoticeIssued)
    async def note_issued(event: v1.NoticeIssued, cause: Cause) -> None:
        if event.subject_kind == "listing":
            await use_cases.note_notice(
                NoteNotice(notice_id=event.notice_id, state="issued", demand=_demand(event)), cause
            )

    @hears.on(v1.NoticeOverdue)
    async def note_overdue(event: v1.NoticeOverdue, cause: Cause) -> None:
        await use_cases.note_notice(NoteNotice(notice_id=event.notice_id, state="overdue"), cause)

    @hears.on(v1.NoticeClosed)
    async def note_closed(event: v1.NoticeClosed, cause: Cause) -> None:
        await use_cases.note_notice(NoteNotice(notice_id=event.notice_id, state="closed"), cause)

    @hears.on(v1.RestrictionOrdered)
    async def restrict(event: v1.RestrictionOrdered, cause: Cause) -> None:
        restriction = Restriction(
            sanction_id=event.sanction_id,
            ground=_ground(event.ground),
            since=event.ordered_at,
            ends_on=event.ends_on,
        )
        await use_cases.restrict_listing(
            RestrictListing(listing_id=UUID(event.subject_id), restriction=restriction), cause
        )

    @hears.on(v1.RestrictionLifted)
    async def unrestrict(event: v1.RestrictionLifted, cause: Cause) -> None:
        await use_cases.unrestrict_listing(
            UnrestrictListing(listing_id=UUID(event.subject_id), sanction_id=event.sanction_id), cause
        )

    return hears


def accesses(use_cases: UseCases) -> Subscriptions:
    """`review.access.v1`: steps against a participant, or one login of it, and their ends; applications."""
    hears = Subscriptions(service="listing", topic="review.access.v1")

    @hears.on(v1.AccessSuspended)
    async def suspend(event: v1.AccessSuspended, cause: Cause) -> None:
        step = NoteStep(participant_id=event.participant_id, user_id=event.user_id, status="suspended", change="taken")
        await use_cases.note_step(step, cause)

    @hears.on(v1.AccessTerminated)
    async def terminate(event: v1.AccessTerminated, cause: Cause) -> None:
        step = NoteStep(participant_id=event.participant_id, user_id=event.user_id, status="terminated", change="taken")
        await use_cases.note_step(step, cause)

    @hears.on(v1.AccessReinstated)
    async def reinstate(event: v1.AccessReinstated, cause: Cause) -> None:
        step = NoteStep(participant_id=event.participant_id, user_id=event.user_id, status=event.status, change="ended")
        await use_cases.note_step(step, cause)

    on_applications(hears, use_cases)
    return hears


def _demand(event: v1.NoticeIssued) -> Demand:
    return Demand(
        notice_id=event.notice_id,
        listing_id=UUID(event.subject_id),
        participant_id=event.participant_id,
        ground=_ground(event.ground),
        deadline_at=event.deadline_at,
    )


def _ground(ground: v1.Ground) -> Ground:
    return Ground(
        kind=ground.kind,
        code=ground.code,
        version=ground.version,
        pointer=ground.pointer,
        message_zh=ground.message_zh,
        message_en=ground.message_en,
    )
