"""P11.3, P11.4: the daily check of a published listing."""

from datetime import date
from uuid import UUID

import pytest

from review.domain.board_rules import BoardRules
from review.domain.decision import Decision, decide
from review.domain.live_listing import Checked, LiveListing, ReverificationFailed, Reverified
from review.tests.builders import FRIDAY, MONDAY, a_holding, a_pledgors_listing, line_facts, pledgor_facts


def a_live_listing(checked: Checked | None = None) -> LiveListing:
    return LiveListing(
        listing_id=UUID(int=7),
        case_id=UUID(int=101),
        version=1,
        participant_id="p-1",
        content=a_pledgors_listing(),
        published_at=MONDAY,
        checked=checked,
    )


def daily(held: str) -> Decision:
    return decide(
        BoardRules.bundled(),
        pledgor_facts(line_facts(holding=a_holding(held=held))),
        decision_id=UUID(int=9),
        listing_id=UUID(int=7),
        version=1,
        participant_id="p-1",
        at=MONDAY,
        occasion="daily",
    )


def test_p11_3_a_failure_is_said_with_its_shortfall_and_stands_until_a_pass() -> None:
    listing = a_live_listing()

    listing.reverify(daily("900000"))

    fact = listing.facts[0]
    assert isinstance(fact, ReverificationFailed)
    assert fact.results[0].rule_id == "B-AVAIL"
    assert listing.shortfall is not None
    listing.reverify(daily("1000000"))
    assert isinstance(listing.facts[1], Reverified)
    assert listing.shortfall is None


def test_p4_1_a_shortfall_keeps_the_day_it_began() -> None:
    listing = a_live_listing()
    listing.reverify(daily("900000"))
    began = listing.shortfall

    listing.reverify(daily("800000"))

    assert listing.shortfall is not None
    assert began is not None
    assert listing.shortfall.since == began.since


@pytest.mark.parametrize(
    ("snapshot_date", "revision", "behind"),
    [
        (FRIDAY, 1, False),
        (FRIDAY, 2, True),
        (date(2026, 3, 2), 1, True),
        (date(2026, 2, 26), 9, False),
    ],
)
def test_p11_4_a_later_day_or_a_higher_revision_is_checked_and_an_older_one_decides_nothing(
    snapshot_date: date,
    revision: int,
    behind: bool,  # noqa: FBT001
) -> None:
    checked = Checked(snapshot_date=FRIDAY, revision=1, result="passed", decision_id=UUID(int=9))

    assert a_live_listing(checked).is_behind(snapshot_date, revision) is behind


@pytest.mark.parametrize(("state", "live"), [("open", True), ("negotiating", True), ("pledged", False)])
def test_p11_3_only_open_and_negotiating_listings_are_live(state: str, live: bool) -> None:  # noqa: FBT001
    listing = a_live_listing()
    listing.state = state  # type: ignore[assignment]  # one of the four

    assert listing.is_live is live
