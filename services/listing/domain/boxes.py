"""The boxes an owner finds the own listings in (P11.8)."""

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from listing.domain.listing import Listing

Box = Literal["published", "returned", "drafts", "under_review", "expired", "deleted"]
BOXES: tuple[Box, ...] = get_args(Box)

# An update of a published listing puts it in two boxes: it is public, and its new version is under way.
_RULES: Mapping[Box, Callable[[Listing], bool]] = {
    "published": lambda one: one.publication == "published" and one.state != "expired",
    "returned": lambda one: one.returned is not None and one.state != "expired",
    "drafts": lambda one: one.draft is not None and one.returned is None,
    "under_review": lambda one: one.under_review is not None,
    "expired": lambda one: one.state == "expired",
    "deleted": lambda one: one.publication == "deleted",
}


def boxes_of(listing: Listing) -> frozenset[Box]:
    """Every box a listing lies in; a deleted one lies in no other."""
    if listing.publication == "deleted":
        return frozenset({"deleted"})
    return frozenset(box for box, lies_in in _RULES.items() if lies_in(listing))
