"""What every change of a listing ends with: its units, its row, its place on the board, its end, its facts."""

from listing.application.ports import Work
from listing.application.standing import Standing, standing_of
from listing.domain.business_information import BusinessInformation
from listing.domain.listing import Listing
from listing.domain.states import IN_FORCE, end_of_validity
from listing.domain.summary import detail_keys_of, summary_of
from listing.domain.unit_holds import require_free, units_held_by

EXPIRY = "listing.expire"


async def keep(work: Work, listing: Listing) -> Standing:
    """Saves the listing with everything that follows from it, in one transaction.

    Raises:
        UnitsHeldElsewhere: what it now wants is held by another listing.
    """
    # The listing's row is locked before its units, by everybody: nobody waits in a circle.
    await work.listings.save(listing)
    await _hold_units(work, listing)
    summary = summary_of(listing)
    if summary is not None and listing.public is not None:
        hidden = await work.participants.status(listing.participant_id) != "active"
        business = await work.business_informations.current(listing.participant_id)
        keys = detail_keys_of(listing.public.form, business.information if business else BusinessInformation())
        await work.shelf.put(summary, keys, hidden=hidden)
    else:
        await work.shelf.take_down(listing.id)
    _set_expiry(work, listing)
    work.record(*listing.facts)
    listing.facts.clear()
    return standing_of(listing)


async def _hold_units(work: Work, listing: Listing) -> None:
    wanted = units_held_by(listing)
    stands = await work.units.lock(listing.id, wanted)
    require_free(wanted, stands)
    await work.units.hold(listing, wanted)


def _set_expiry(work: Work, listing: Listing) -> None:
    if listing.publication == "published" and listing.state in IN_FORCE and listing.public is not None:
        work.schedule(kind=EXPIRY, key=str(listing.id), due_at=end_of_validity(listing.public.valid_until))
    else:
        work.unschedule(kind=EXPIRY, key=str(listing.id))
