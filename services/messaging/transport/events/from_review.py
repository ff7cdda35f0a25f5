"""What review says about the verification of a listing, and about the moderation of a report."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.review import v1
from messaging.application.commands.follow_moderation import FollowClaim, FollowDecision
from messaging.application.commands.tell_owner import TellOwner
from messaging.application.use_cases import UseCases
from messaging.domain.report import Claim
from messaging.transport.events.from_review_ladder import accesses, notices


def all_of(use_cases: UseCases) -> list[Subscriptions]:
    """Every topic of review's that messaging hears."""
    return [cases(use_cases), moderation(use_cases), notices(use_cases), accesses(use_cases)]


def cases(use_cases: UseCases) -> Subscriptions:
    """`review.case.v1`: approval and return are told when the board has acted on them."""
    hears = Subscriptions(service="messaging", topic="review.case.v1")

    @hears.on(v1.CaseNeedsPerson)
    async def tell_needs_person(event: v1.CaseNeedsPerson, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-needs-person"), cause)

    @hears.on(v1.CaseWaits)
    async def tell_waits(event: v1.CaseWaits, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-waits-for-snapshot"), cause)

    @hears.on(v1.CaseReverificationFailed)
    async def tell_failed(event: v1.CaseReverificationFailed, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-check-failed"), cause)

    return hears


def moderation(use_cases: UseCases) -> Subscriptions:
    """`review.moderation.v1`: who may look at what was reported, and what became of it."""
    hears = Subscriptions(service="messaging", topic="review.moderation.v1")

    @hears.on(v1.ModerationClaimed)
    async def follow_claim(event: v1.ModerationClaimed, cause: Cause) -> None:
        claim = Claim(case_id=event.case_id, moderator_id=event.moderator_id, until=event.until)
        await use_cases.follow_claim(FollowClaim(report_id=event.report_id, claim=claim), cause)

    @hears.on(v1.ModerationClosed)
    async def follow_decision(event: v1.ModerationClosed, cause: Cause) -> None:
        command = FollowDecision(report_id=event.report_id, outcome=event.outcome, closed_at=event.closed_at)
        await use_cases.follow_decision(command, cause)

    return hears
