"""The owner hands a draft to review, with the declaration (P4.6, P5.3, P7.2, P8, P10.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.checking import catalogue_for, instruments_of, require_complete
from listing.application.keeping import keep
from listing.application.owning import acting_participant, listing_of
from listing.application.ports import Begin, Work
from listing.application.standing import Standing
from listing.domain.business_information import require_complete as require_business_information
from listing.domain.content import Form, content_hash
from listing.domain.declaration import DeclarationGiven, declare
from listing.domain.listing import Listing, NothingToSubmit
from listing.domain.participant import Participant
from listing.domain.unit_holds import NoHolding


@dataclass(frozen=True, kw_only=True)
class SubmitListing:
    """The draft as it stands, with what the user declared about it."""

    listing_id: UUID
    declaration: DeclarationGiven | None


class SubmitListingHandler:
    """Checks everything that can be checked here, holds the units, and says it to review."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: SubmitListing, cause: Cause) -> Standing:
        """Submits it."""
        async with self._begin(cause) as work:
            participant = await acting_participant(work, cause)
            listing = await listing_of(work, cause, participant, command.listing_id)
            form = _draft_of(listing)
            business = await work.business_informations.current(participant.id)
            require_business_information(business, participant.kind)
            catalogue = await catalogue_for(work, form)
            # Before the form: who holds nothing cannot fill it in, and is to hear why (P5.3).
            await _require_holding(work, participant, listing)
            require_complete(form, catalogue, participant.account_refs)
            text = await work.texts.in_effect("declaration", work.today)
            declaration = declare(
                command.declaration,
                text_version=text.version,
                content_hash=content_hash(form),
                user_id=cause.subject.user_id,
                at=work.now,
            )
            listing.submit(
                declaration,
                instruments_of(form, catalogue),
                institution_category=business.information.institution_category if business else None,
                at=work.now,
            )
            return work.answer(await keep(work, listing))


def _draft_of(listing: Listing) -> Form:
    listing.require_submittable()
    if listing.draft is None:
        raise NothingToSubmit(listing_id=listing.id)
    return listing.draft


async def _require_holding(work: Work, participant: Participant, listing: Listing) -> None:
    if listing.area != "pledgor":
        return
    # Without any complete snapshot nobody's holdings are known: review waits for one and says so (P11.4).
    if not participant.account_refs or await work.units.has_any_holding(participant.account_refs) is False:
        raise NoHolding(reason="no_holding")
