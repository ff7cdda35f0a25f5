"""What review decides about the board's versions and live listings."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.review import v1
from listing.application.commands.note_live_check import NoteLiveCheck
from listing.application.commands.note_review_progress import NoteReviewProgress
from listing.application.commands.publish_version import PublishVersion
from listing.application.commands.return_version import ReturnVersion
from listing.application.use_cases import UseCases
from listing.domain.live_check import LiveCheck
from listing.domain.version import Approval, Reason


def subscriptions(use_cases: UseCases) -> Subscriptions:
    """`review.case.v1`: each event is one use case, and one transaction."""
    hears = Subscriptions(service="listing", topic="review.case.v1")

    @hears.on(v1.CaseApproved)
    async def publish(event: v1.CaseApproved, cause: Cause) -> None:
        approval = Approval(
            version=event.version,
            publishable_on=event.publishable_on,
            snapshot_date=event.snapshot_date,
            snapshot_revision=event.snapshot_revision,
        )
        await use_cases.publish_version(PublishVersion(listing_id=event.listing_id, approval=approval), cause)

    @hears.on(v1.CaseReturned)
    async def send_back(event: v1.CaseReturned, cause: Cause) -> None:
        await use_cases.return_version(
            ReturnVersion(listing_id=event.listing_id, version=event.version, reasons=_reasons(event.reasons)), cause
        )

    @hears.on(v1.CaseNeedsPerson)
    async def wait_for_person(event: v1.CaseNeedsPerson, cause: Cause) -> None:
        await use_cases.note_review_progress(
            NoteReviewProgress(listing_id=event.listing_id, version=event.version, reasons=_reasons(event.reasons)),
            cause,
        )

    @hears.on(v1.CaseWaits)
    async def wait_for_snapshot(event: v1.CaseWaits, cause: Cause) -> None:
        await use_cases.note_review_progress(
            NoteReviewProgress(listing_id=event.listing_id, version=event.version, waits_for=event.snapshot_date),
            cause,
        )

    @hears.on(v1.CaseReverified)
    async def note_passed(event: v1.CaseReverified, cause: Cause) -> None:
        await use_cases.note_live_check(NoteLiveCheck(check=_check(event, passed=True, reasons=())), cause)

    @hears.on(v1.CaseReverificationFailed)
    async def note_failed(event: v1.CaseReverificationFailed, cause: Cause) -> None:
        check = _check(event, passed=False, reasons=_reasons(event.reasons))
        await use_cases.note_live_check(NoteLiveCheck(check=check), cause)

    return hears


def _check(
    event: v1.CaseReverified | v1.CaseReverificationFailed, *, passed: bool, reasons: tuple[Reason, ...]
) -> LiveCheck:
    return LiveCheck(
        listing_id=event.listing_id,
        version=event.version,
        snapshot_date=event.snapshot_date,
        snapshot_revision=event.snapshot_revision,
        passed=passed,
        reasons=reasons,
        checked_at=event.checked_at,
    )


def _reasons(reasons: list[v1.Reason]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            code=one.code,
            pointer=one.pointer,
            rule_id=one.rule_id,
            rule_version=one.rule_version,
            message_zh=one.message_zh,
            message_en=one.message_en,
            held=one.held,
            available=one.available,
            asked=one.asked,
            deductions=one.deductions,
        )
        for one in reasons
    )
