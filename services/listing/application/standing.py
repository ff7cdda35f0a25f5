"""What a command about a listing answers: how the listing stands after it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from listing.domain.content import content_hash
from listing.domain.listing import Listing
from listing.domain.states import Publication, State, Visibility, moves_from
from listing.domain.version import Progress


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The three axes, the review under way, and what the owner may do next."""

    listing_id: UUID
    revision: int
    publication: Publication
    state: State | None
    visibility: Visibility
    version: int
    review: Progress | None
    waits_for: date | None
    content_hash: str | None
    allowed_moves: tuple[State, ...]


def standing_of(listing: Listing) -> Standing:
    """How a listing stands."""
    review = listing.under_review
    return Standing(
        listing_id=listing.id,
        revision=listing.revision,
        publication=listing.publication,
        state=listing.state,
        visibility=listing.visibility,
        version=listing.last_version,
        review=review.progress if review else None,
        waits_for=review.waits_for if review else None,
        content_hash=content_hash(listing.draft) if listing.draft is not None else None,
        allowed_moves=moves_from(listing.publication, listing.state),
    )
