"""What the board says about listings and about those who act for a participant."""

from chassis.cause import Cause, LoginStanding
from chassis.subscriptions import Subscriptions
from events.listing import v1
from messaging.application.commands.follow_listing import FollowListing
from messaging.application.commands.forget_user import ForgetUser
from messaging.application.commands.note_listing import NoteListing
from messaging.application.commands.note_standing import NoteStanding
from messaging.application.commands.note_user import NoteUser
from messaging.application.commands.tell_participant import TellParticipant
from messaging.application.use_cases import UseCases
from messaging.transport.events.from_listing_registration import registrations


def all_of(use_cases: UseCases) -> list[Subscriptions]:
    """Every topic of the board's that messaging hears."""
    return [listings(use_cases), participants(use_cases), registrations(use_cases)]


def listings(use_cases: UseCases) -> Subscriptions:
    """`listing.listing.v1`: each event is one use case, and one transaction."""
    hears = Subscriptions(service="messaging", topic="listing.listing.v1")
    _of_versions(hears, use_cases)
    _of_standing(hears, use_cases)
    return hears


def participants(use_cases: UseCases) -> Subscriptions:
    """`listing.participant.v1`: who acts for whom."""
    hears = Subscriptions(service="messaging", topic="listing.participant.v1")

    @hears.on(v1.UserJoined)
    async def note_user(event: v1.UserJoined, cause: Cause) -> None:
        command = NoteUser(participant_id=event.participant_id, user_id=event.user_id, function=event.function)
        await use_cases.note_user(command, cause)

    @hears.on(v1.UserLeft)
    async def forget_user(event: v1.UserLeft, cause: Cause) -> None:
        await use_cases.forget_user(ForgetUser(participant_id=event.participant_id, user_id=event.user_id), cause)

    @hears.on(v1.StandingChanged)
    async def note_standing(event: v1.StandingChanged, cause: Cause) -> None:
        logins = [
            LoginStanding(user_id=one.user_id, function=one.function, status=one.status, ended=one.ended)
            for one in event.logins
        ]
        command = NoteStanding(
            participant_id=event.participant_id, no_access=event.no_access, status=event.status, logins=logins
        )
        await use_cases.note_standing(command, cause)

    @hears.on(v1.ConfirmationAsked)
    async def tell_to_confirm(event: v1.ConfirmationAsked, cause: Cause) -> None:
        told = TellParticipant(participant_ids=(event.participant_id,), kind="information-to-confirm")
        await use_cases.tell_participant(told, cause)

    return hears


def _of_versions(hears: Subscriptions, use_cases: UseCases) -> None:
    follow = use_cases.follow_listing

    @hears.on(v1.ListingSubmitted)
    async def note_listing(event: v1.ListingSubmitted, cause: Cause) -> None:
        command = NoteListing(listing_id=event.listing_id, participant_id=event.participant_id, area=event.area)
        await use_cases.note_listing(command, cause)

    @hears.on(v1.ListingPublished)
    async def follow_published(event: v1.ListingPublished, cause: Cause) -> None:
        command = FollowListing(
            listing_id=event.listing_id, state="open", valid_until=event.valid_until, kind="listing-published"
        )
        await follow(command, cause)

    @hears.on(v1.ListingVersionPublished)
    async def follow_updated(event: v1.ListingVersionPublished, cause: Cause) -> None:
        command = FollowListing(listing_id=event.listing_id, valid_until=event.valid_until, kind="listing-updated")
        await follow(command, cause)

    @hears.on(v1.ListingReturned)
    async def follow_returned(event: v1.ListingReturned, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, kind="listing-returned"), cause)


def _of_standing(hears: Subscriptions, use_cases: UseCases) -> None:
    follow = use_cases.follow_listing

    @hears.on(v1.ListingStatusChanged)
    async def follow_state(event: v1.ListingStatusChanged, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, state=event.target), cause)

    @hears.on(v1.ListingExpired)
    async def follow_expired(event: v1.ListingExpired, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, state="expired", kind="listing-expired"), cause)

    @hears.on(v1.ListingRestricted)
    async def follow_restricted(event: v1.ListingRestricted, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, restricted=True, kind="listing-restricted"), cause)

    @hears.on(v1.ListingUnrestricted)
    async def follow_unrestricted(event: v1.ListingUnrestricted, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, restricted=False, kind="listing-unrestricted"), cause)

    @hears.on(v1.RegistrationMatchAsked)
    async def follow_asked(event: v1.RegistrationMatchAsked, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, kind="registration-asked"), cause)

    @hears.on(v1.ListingDeleted)
    async def follow_deleted(event: v1.ListingDeleted, cause: Cause) -> None:
        await follow(FollowListing(listing_id=event.listing_id, deleted=True), cause)
