"""What the board says about listings and about those who act for a participant."""

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.listing import v1
from messaging.application.commands.note_owner import NoteOwner
from messaging.application.commands.note_user import NoteUser
from messaging.application.commands.tell_owner import TellOwner
from messaging.application.use_cases import UseCases


def listings(use_cases: UseCases) -> Subscriptions:
    """`listing.listing.v1`: each event is one use case, and one transaction."""
    hears = Subscriptions(service="messaging", topic="listing.listing.v1")

    @hears.on(v1.ListingSubmitted)
    async def note_owner(event: v1.ListingSubmitted, cause: Cause) -> None:
        await use_cases.note_owner(NoteOwner(listing_id=event.listing_id, participant_id=event.participant_id), cause)

    @hears.on(v1.ListingPublished)
    async def tell_published(event: v1.ListingPublished, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-published"), cause)

    @hears.on(v1.ListingVersionPublished)
    async def tell_updated(event: v1.ListingVersionPublished, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-updated"), cause)

    @hears.on(v1.ListingReturned)
    async def tell_returned(event: v1.ListingReturned, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-returned"), cause)

    @hears.on(v1.ListingExpired)
    async def tell_expired(event: v1.ListingExpired, cause: Cause) -> None:
        await use_cases.tell_owner(TellOwner(listing_id=event.listing_id, kind="listing-expired"), cause)

    return hears


def participants(use_cases: UseCases) -> Subscriptions:
    """`listing.participant.v1`: who acts for whom."""
    hears = Subscriptions(service="messaging", topic="listing.participant.v1")

    @hears.on(v1.UserJoined)
    async def note_user(event: v1.UserJoined, cause: Cause) -> None:
        await use_cases.note_user(NoteUser(participant_id=event.participant_id, user_id=event.user_id), cause)

    return hears
