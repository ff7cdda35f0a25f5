from datetime import date, datetime, timedelta
from itertools import product

import pytest

from chassis.kernel import SHANGHAI
from listing.domain.listing import ListingDeletedForGood, ListingExpired, StateMoved
from listing.domain.states import MOVES, MoveNotAllowed, State, end_of_validity
from listing.domain.version import VersionWithdrawn
from listing.tests.builders import MONDAY, NOON, a_draft, a_pledgor_form, a_published_listing, a_submitted_listing

STATES: tuple[State, ...] = ("open", "negotiating", "pledged", "expired")
LEGAL = {
    ("open", "negotiating"),
    ("open", "pledged"),
    ("open", "expired"),
    ("negotiating", "open"),
    ("negotiating", "pledged"),
    ("negotiating", "expired"),
    ("pledged", "expired"),
}


def test_p12_1_the_table_holds_the_legal_moves_and_no_other() -> None:
    assert {(source, target) for source, targets in MOVES.items() for target in targets} == LEGAL


@pytest.mark.parametrize(("source", "target"), sorted(LEGAL))
def test_p12_1_a_legal_move_is_made_and_said(source: str, target: State) -> None:
    listing = a_published_listing(state=source)

    listing.move(target, at=NOON)

    assert listing.state == target
    (fact,) = listing.facts
    assert isinstance(fact, ListingExpired if target == "expired" else StateMoved)


@pytest.mark.parametrize(("source", "target"), sorted(set(product(STATES, STATES)) - LEGAL))
def test_p12_4_an_illegal_move_changes_and_says_nothing(source: State, target: State) -> None:
    listing = a_published_listing(state=source)

    with pytest.raises(MoveNotAllowed) as refused:
        listing.move(target, at=NOON)

    assert refused.value.details["allowed"] == list(MOVES[source])
    assert (listing.state, listing.facts) == (source, [])


@pytest.mark.parametrize("listing", [a_draft(), a_submitted_listing()], ids=["draft", "under review"])
def test_p12_0_a_listing_that_is_not_published_has_no_state_to_move(listing: object) -> None:
    with pytest.raises(MoveNotAllowed) as refused:
        listing.move("negotiating", at=NOON)  # type: ignore[attr-defined]  # a listing

    assert refused.value.details["allowed"] == []


def test_p12_0_validity_includes_its_whole_day_in_shanghai() -> None:
    assert end_of_validity(date(2026, 3, 2)) == datetime(2026, 3, 3, tzinfo=SHANGHAI)


def test_p12_2_the_clock_expires_a_listing_at_the_end_of_its_day_and_not_before() -> None:
    listing = a_published_listing(form=a_pledgor_form(valid_until=MONDAY))
    midnight = end_of_validity(MONDAY)

    before = listing.expire_by_clock(at=midnight - timedelta(microseconds=1))
    at_midnight = listing.expire_by_clock(at=midnight)

    assert (before, at_midnight) == (False, True)
    assert [(one.by, one.at) for one in listing.facts if isinstance(one, ListingExpired)] == [("clock", midnight)]


@pytest.mark.parametrize("state", ["open", "negotiating", "pledged"])
def test_p12_2_the_clock_expires_from_every_state_in_force(state: str) -> None:
    listing = a_published_listing(state=state)

    assert listing.expire_by_clock(at=NOON + timedelta(days=60))


def test_p12_2_a_listing_expires_once() -> None:
    listing = a_published_listing(state="expired")

    assert not listing.expire_by_clock(at=NOON + timedelta(days=60))


@pytest.mark.parametrize("target", ["pledged", "expired"])
def test_p13_3_becoming_pledged_or_expired_closes_a_version_under_review(target: State) -> None:
    listing = a_published_listing()
    listing.edit(a_pledgor_form(months=6))
    listing.submit(a_submitted_listing().under_review.declaration, (), at=NOON)  # type: ignore[union-attr]  # it has one
    listing.facts.clear()

    listing.move(target, at=NOON)

    assert listing.under_review is None
    assert listing.draft is None
    assert VersionWithdrawn(listing_id=listing.id, version=2, at=NOON) in listing.facts


def test_p13_2_nothing_moves_a_deleted_listing() -> None:
    listing = a_published_listing()
    listing.delete(at=NOON)

    with pytest.raises(ListingDeletedForGood):
        listing.move("negotiating", at=NOON)
