"""A pledge registration of the depository, and which listing it is about (P12.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from chassis.kernel import SHANGHAI, Fact, Refusal
from listing.domain.listing import Listing
from listing.domain.unit_holds import NOTHING, UnitKey, units_of

Coverage = Literal["every_line", "part", "none"]


class NothingAsked(Refusal):
    """There is no such question at this listing, or it is answered."""

    slug = "registration-not-asked"
    title_zh = "没有待确认的质押登记"
    title_en = "No registration waits for an answer here"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What stands registered under one number. `released_on` where nothing of it stands any more."""

    number: str
    registered_on: date
    released_on: date | None
    quantities: Mapping[UnitKey, Decimal]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A registration that may be the listing's: its owner says so, or not."""

    listing_id: UUID
    participant_id: str
    number: str
    registered_on: date
    coverage: Coverage
    asked_at: datetime
    answer: Literal["yes", "no"] | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RegistrationAsked(Fact):
    """The owner is asked."""

    listing_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Which listing a registration moves, if one is meant beyond doubt, and whose owners are asked otherwise."""

    moved: Listing | None
    asked: tuple[tuple[Listing, Coverage], ...]


def coverage_of(listing: Listing, registration: Registration) -> Coverage:
    """How much of what a listing offers a registration covers: every line, part, or none."""
    needed = units_of(listing.public.form) if listing.public is not None else {}
    registered = registration.quantities
    if not needed or not needed.keys() & registered.keys():
        return "none"
    covered = all(registered.get(key, NOTHING) >= quantity for key, quantity in needed.items())
    return "every_line" if covered else "part"


def find_meant(registration: Registration, candidates: Sequence[Listing]) -> Findings:
    """Among live listings, the one a registration means.

    Only what was published by the day of the registration can be meant. Where it covers every line of several, the
    one whose units it names exactly is meant; where that is not one, every owner is asked, as for a part.
    """
    found = [
        (one, coverage)
        for one in candidates
        if one.live and _published_by(one, registration.registered_on)
        if (coverage := coverage_of(one, registration)) != "none"
    ]
    full = [one for one, coverage in found if coverage == "every_line"]
    exact = [one for one in full if one.public is not None and units_of(one.public.form) == registration.quantities]
    for meant in (full, exact):
        if len(meant) == 1:
            return Findings(moved=meant[0], asked=())
    return Findings(moved=None, asked=tuple(found))


def _published_by(listing: Listing, day: date) -> bool:
    return listing.published_at is not None and listing.published_at.astimezone(SHANGHAI).date() <= day
