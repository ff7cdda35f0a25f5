"""Whose listing it is: the first thing every command of an owner asks."""

from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Work
from listing.domain.listing import Listing, ListingNotFound
from listing.domain.participant import AccessMissing, Participant, require_access
from listing.domain.restriction import OnlyWhatANoticeDemands


async def acting_participant(work: Work, cause: Cause, *, taken: bool = False) -> Participant:
    """The participant who acts, with access; `taken` lets every other change of it wait.

    Raises:
        AccessMissing: it has none; the reason and the way are named.
    """
    participant_id = cause.subject.participant_id
    if participant_id is None:
        return require_access(None)
    find = work.participants.take if taken else work.participants.get
    return require_access(await find(participant_id))


async def known_participant(work: Work, cause: Cause) -> Participant:
    """The participant who acts, with or without access: for what stands open to an applicant too.

    Raises:
        AccessMissing: it never registered.
    """
    participant_id = cause.subject.participant_id
    participant = await work.participants.take(participant_id) if participant_id else None
    if participant is None:
        raise AccessMissing(reason="not_registered", way="sign_in_again")
    return participant


async def listing_of(work: Work, cause: Cause, participant: Participant, listing_id: UUID) -> Listing:
    """The participant's own listing, as the client last read it.

    Raises:
        ListingNotFound: there is none, or it is another's.
        ListingChangedMeanwhile: the client names an older revision.
        OnlyWhatANoticeDemands: the participant is suspended, and no notice stands on it (P4.2).
    """
    listing = await work.listings.get(listing_id)
    if listing is None or listing.participant_id != participant.id:
        raise ListingNotFound(listing_id=listing_id)
    listing.require_revision(cause.expected_version)
    if cause.subject.status == "suspended" and not await work.demands.on(listing_id):
        raise OnlyWhatANoticeDemands
    return listing


def require_not_suspended(cause: Cause) -> None:
    """The matrix lets a suspended participant through to what a notice demands; this is never that.

    Raises:
        OnlyWhatANoticeDemands: the participant is suspended.
    """
    if cause.subject.status == "suspended":
        raise OnlyWhatANoticeDemands


async def own_listing(work: Work, cause: Cause, listing_id: UUID) -> Listing:
    """The listing of the participant who acts; what a notice demands is edited and submitted, nothing else.

    Raises:
        OnlyWhatANoticeDemands: the participant is suspended.
        AccessMissing, ListingNotFound, ListingChangedMeanwhile: as the two steps do.
    """
    require_not_suspended(cause)
    return await listing_of(work, cause, await acting_participant(work, cause), listing_id)
