"""The owner changes a draft, or begins a new version of what is published or returned (P13.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.checking import catalogue_for, require_sound
from listing.application.keeping import keep
from listing.application.owning import acting_participant, listing_of
from listing.application.ports import Begin
from listing.application.standing import Standing
from listing.domain.content import Form


@dataclass(frozen=True, kw_only=True)
class EditListing:
    """The whole content as it shall be."""

    listing_id: UUID
    form: Form


class EditListingHandler:
    """What is published stays as it is."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: EditListing, cause: Cause) -> Standing:
        """Edits it."""
        async with self._begin(cause) as work:
            participant = await acting_participant(work, cause)
            listing = await listing_of(work, cause, participant, command.listing_id)
            listing.edit(command.form)
            require_sound(command.form, await catalogue_for(work, command.form), participant.account_refs)
            return work.answer(await keep(work, listing))
