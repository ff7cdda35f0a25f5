"""A participant begins a listing (P8)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from listing.application.checking import catalogue_for, require_sound
from listing.application.keeping import keep
from listing.application.owning import acting_participant, require_not_suspended
from listing.application.ports import Begin
from listing.application.standing import Standing
from listing.domain.content import Form, area_of
from listing.domain.listing import Listing, ListingNotFound


@dataclass(frozen=True, kw_only=True)
class CreateListing:
    """The first draft; `replaces` names an older listing of the same participant (P12.1)."""

    form: Form
    replaces: UUID | None = None


class CreateListingHandler:
    """Makes a draft: only its owner sees it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: CreateListing, cause: Cause) -> Standing:
        """Creates it."""
        async with self._begin(cause) as work:
            require_not_suspended(cause)
            participant = await acting_participant(work, cause)
            if command.replaces is not None:
                older = await work.listings.get(command.replaces)
                if older is None or older.participant_id != participant.id:
                    raise ListingNotFound(listing_id=command.replaces)
            require_sound(command.form, await catalogue_for(work, command.form), participant.account_refs)
            listing = Listing(
                id=new_id(),
                participant_id=participant.id,
                area=area_of(command.form),
                created_at=work.now,
                replaces=command.replaces,
                draft=command.form,
            )
            return work.answer(await keep(work, listing))
