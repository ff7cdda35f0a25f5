"""What one listing says: everything to its owner, its detail to who has one in force (P14.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.cause import Cause
from finance.units import value_fen
from listing.application.checking import securities_of
from listing.application.ports import Closes, Publisher, Read, Reading
from listing.application.reading import is_participant, reading_participant
from listing.domain.boxes import Box, boxes_of
from listing.domain.content import Form
from listing.domain.listing import Listing, ListingDeletedForGood, ListingNotFound
from listing.domain.live_check import LiveCheck
from listing.domain.pledgor_form import PledgorForm
from listing.domain.registration import Question
from listing.domain.restriction import Demand
from listing.domain.summary import NoListingInForce, Summary


@dataclass(frozen=True, kw_only=True)
class ReadListing:
    """Which listing."""

    listing_id: UUID


@dataclass(frozen=True, kw_only=True)
class Valuation:
    """Lines at the close of a day, in fen; a line without a price is unknown, never zero (FIN4)."""

    as_of: date | None
    lines: tuple[int | None, ...]

    @property
    def total(self) -> int | None:
        """The sum, if every line has a price."""
        known = [one for one in self.lines if one is not None]
        return sum(known) if known and len(known) == len(self.lines) else None


@dataclass(frozen=True, kw_only=True)
class OwnListing:
    """The owner's view."""

    listing: Listing
    boxes: frozenset[Box]
    check: LiveCheck | None
    demands: Sequence[Demand]
    questions: Sequence[Question]
    valuation: Valuation | None
    declaration_text: str


@dataclass(frozen=True, kw_only=True)
class ListingDetail:
    """Another's listing in force: what it says, and who publishes it."""

    summary: Summary
    form: Form
    masked_accounts: dict[str, str]
    publisher: Publisher
    check: LiveCheck | None
    valuation: Valuation | None


class ReadListingHandler:
    """Opens the board-wide door only for a listing that is not the reader's own."""

    def __init__(self, *, read_own: Read, read_board: Read) -> None:
        self._read_own = read_own
        self._read_board = read_board

    async def __call__(self, question: ReadListing, cause: Cause) -> OwnListing | ListingDetail:
        """Answers.

        Raises:
            ListingNotFound: there is none this reader may know of.
            ListingDeletedForGood: the reader's own, deleted.
            NoListingInForce: the board shows it, and its detail needs a listing in force of one's own.
        """
        if not is_participant(cause):
            # Staff read a listing in the case they claimed, which is review's to show.
            raise ListingNotFound(listing_id=question.listing_id)
        async with self._read_own(cause) as reading:
            participant = await reading_participant(reading, cause)
            listing = await reading.listing(question.listing_id)
            if listing is not None and listing.participant_id == participant.id:
                return await _own(reading, listing)
            # A suspended owner's listing is not in force (P14.2).
            allowed = cause.subject.status == "active" and await reading.has_listing_in_force(participant.id)
        async with self._read_board(cause) as reading:
            return await _detail(reading, question.listing_id, allowed=allowed)


async def _own(reading: Reading, listing: Listing) -> OwnListing:
    if listing.publication == "deleted":
        raise ListingDeletedForGood(
            listing_id=listing.id, created_at=listing.created_at, published_at=listing.published_at,
            deleted_at=listing.deleted_at,
        )  # fmt: skip
    text = await reading.text("declaration", reading.today)
    form = _shown_form(listing)
    return OwnListing(
        listing=listing,
        boxes=boxes_of(listing),
        check=await reading.check(listing.id),
        demands=await reading.demands(listing.id),
        questions=await reading.questions(listing.id),
        valuation=await _valuation(reading, form) if form is not None else None,
        declaration_text=text.version,
    )


def _shown_form(listing: Listing) -> Form | None:
    if listing.draft is not None:
        return listing.draft
    version = listing.under_review or listing.public
    return version.form if version is not None else None


async def _detail(reading: Reading, listing_id: UUID, *, allowed: bool) -> ListingDetail:
    summary = await reading.summary(listing_id)
    if summary is None:
        raise ListingNotFound(listing_id=listing_id)
    if not allowed:
        raise NoListingInForce(reason="no_listing_in_force")
    listing = await reading.listing(listing_id)
    if listing is None or listing.public is None or not listing.in_force(reading.today):
        raise ListingNotFound(listing_id=listing_id)
    participant = await reading.participant(listing.participant_id)
    if participant is None:
        raise ListingNotFound(listing_id=listing_id)
    return ListingDetail(
        summary=summary,
        form=listing.public.form,
        masked_accounts={one.account_ref: one.number_masked for one in participant.accounts},
        publisher=Publisher(participant=participant, business=await reading.business_information(participant.id)),
        check=await reading.check(listing_id),
        valuation=await _valuation(reading, listing.public.form),
    )


async def _valuation(reading: Reading, form: Form) -> Valuation | None:
    if not isinstance(form, PledgorForm):
        return None
    closes = await reading.closes(securities_of(form))
    return Valuation(
        as_of=closes.as_of, lines=tuple(_value(one.market, one.security, one.quantity, closes) for one in form.lines)
    )


def _value(market: str | None, security: str | None, quantity: Decimal | None, closes: Closes) -> int | None:
    price = closes.prices.get((market, security)) if market is not None and security is not None else None
    return value_fen(quantity, price) if price is not None and quantity is not None else None
