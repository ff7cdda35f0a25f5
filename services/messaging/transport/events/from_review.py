"""What review says about the verification of a listing."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.review import v1
from messaging.application.commands.tell_owner import TellOwner
from messaging.application.use_cases import UseCases


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
