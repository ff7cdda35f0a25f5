"""What the board says: whoever may search it is told of what is public, participants of what is theirs."""

from chassis.subscriptions import Subscriptions
from events.listing import v1
from gateway.application.use_cases import UseCases
from gateway.domain.live import Audience
from gateway.transport.events.telling import tell_of

BOARD = (Audience.operation("listing.search"),)


def listings(use_cases: UseCases) -> Subscriptions:
    """`listing.listing.v1`: that a listing is public is no secret; drafts and reviews are their owner's alone."""
    hears = Subscriptions(service="gateway", topic="listing.listing.v1")
    ids = ("listing_id",)
    tell_of(hears, v1.ListingSubmitted, use_cases=use_cases, ids=ids, audiences=_owner)
    tell_of(hears, v1.ListingPublished, use_cases=use_cases, ids=ids, audiences=lambda _: BOARD)
    tell_of(hears, v1.ListingVersionPublished, use_cases=use_cases, ids=ids, audiences=lambda _: BOARD)
    tell_of(hears, v1.ListingStatusChanged, use_cases=use_cases, ids=ids, audiences=lambda _: BOARD)
    tell_of(hears, v1.ListingExpired, use_cases=use_cases, ids=ids, audiences=lambda _: BOARD)
    return hears


def registrations(use_cases: UseCases) -> Subscriptions:
    """`listing.registration.v1`: both sides of a case (P17.1)."""
    hears = Subscriptions(service="gateway", topic="listing.registration.v1")
    for event_class in (
        v1.RegistrationOpened,
        v1.RegistrationNumberRecorded,
        v1.RegistrationRegistered,
        v1.RegistrationReleased,
        v1.RegistrationAbandoned,
    ):
        tell_of(hears, event_class, use_cases=use_cases, ids=("case_id",), audiences=_both_sides)
    return hears


def _both_sides(event: v1.RegistrationEvent) -> tuple[str, ...]:
    return tuple(Audience.participant(one) for one in (event.pledgor_participant_id, event.pledgee_participant_id))


def _owner(event: v1.ListingSubmitted) -> tuple[str, ...]:
    return (Audience.participant(event.participant_id),)
