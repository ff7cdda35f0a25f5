"""P11: what review does with a submitted version and with a published one, told through its own doors."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from chassis.kernel import SHANGHAI, new_id
from events.listing import v1 as listing
from events.review import v1 as said
from review.tests.harness import (
    ACCOUNT,
    FRIDAY,
    MONDAY,
    NOON,
    OTHER_ACCOUNT,
    STEWARD,
    STRANGER,
    TUESDAY,
    Review,
    Story,
    a_pledgees_submission,
)


async def test_p11_1_a_good_version_is_approved_on_the_end_of_the_trading_day_before(story: Story) -> None:
    listing_id = await story.submit()

    approved = await story.last(listing_id, said.CaseApproved)

    assert (approved.by, approved.publishable_on) == ("rules", MONDAY)
    assert (approved.snapshot_date, approved.snapshot_revision) == (FRIDAY, 1)


async def test_p10_1_an_over_pledged_version_is_returned_with_each_deduction_named(story: Story) -> None:
    await story.load_holdings(
        FRIDAY, f"{ACCOUNT},SSE,600000,unrestricted,2000000,200000,700000,100000,50000", reason="corrected"
    )

    listing_id = await story.submit(quantity="1000000")

    returned = await story.last(listing_id, said.CaseReturned)
    [reason] = returned.reasons
    assert (reason.code, reason.pointer) == ("B-AVAIL", "/lines/0/quantity")
    assert (reason.held, reason.available, reason.asked) == (Decimal(2000000), Decimal(950000), Decimal(1000000))
    assert reason.deductions == {
        "frozen": Decimal(200000),
        "pledged": Decimal(700000),
        "settlement_collateral": Decimal(100000),
        "other_restricted": Decimal(50000),
    }
    assert returned.snapshot_revision == 2


async def test_p11_4_an_account_absent_from_the_snapshot_holds_nothing(story: Story) -> None:
    await story.load_holdings(FRIDAY, f"{OTHER_ACCOUNT},SSE,600000,unrestricted,1,0,0,0,0", reason="corrected")

    listing_id = await story.submit()

    returned = await story.last(listing_id, said.CaseReturned)
    assert [one.code for one in returned.reasons] == ["B-EXIST"]


async def test_p11_1_while_the_snapshot_is_missing_the_case_waits_and_is_decided_when_it_completes(
    review: Review,
) -> None:
    story = Story(review=review)
    await story.begin(holdings=False)
    listing_id = await story.submit()
    waits = await story.last(listing_id, said.CaseWaits)
    assert waits.snapshot_date == FRIDAY

    await story.load_holdings(FRIDAY)

    assert (await story.last(listing_id, said.CaseApproved)).publishable_on == MONDAY


async def test_p11_1_a_later_day_does_not_stand_in_for_the_trading_day_before(review: Review) -> None:
    story = Story(review=review)
    await story.begin(holdings=False)
    listing_id = await story.submit()

    await story.load_holdings(MONDAY)

    await story.last(listing_id, said.CaseWaits)


async def test_p11_1_the_next_day_asks_for_the_next_end_of_day(review: Review) -> None:
    story = Story(review=review)
    await story.begin(holdings=False)
    listing_id = await story.submit()
    await story.load_holdings(MONDAY)

    await review.set_now(datetime(2026, 3, 3, 0, 0, 5, tzinfo=SHANGHAI))
    await review.run_due()

    approved = await story.last(listing_id, said.CaseApproved)
    assert (approved.publishable_on, approved.snapshot_date) == (TUESDAY, MONDAY)


async def test_p11_1_an_approval_that_came_too_late_is_checked_again_for_its_day(story: Story) -> None:
    listing_id = await story.submit()
    await story.review.set_now(datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI))

    await story.review.hear(
        listing.ListingRecheckAsked(listing_id=listing_id, version=1, asked_at=NOON + timedelta(hours=21))
    )
    assert (await story.last(listing_id, said.CaseWaits)).snapshot_date == MONDAY
    await story.load_holdings(MONDAY)

    assert (await story.last(listing_id, said.CaseApproved)).publishable_on == TUESDAY


async def test_p11_1_a_later_end_of_day_already_complete_is_applied_at_once(story: Story) -> None:
    listing_id = await story.submit()
    await story.load_holdings(MONDAY, f"{ACCOUNT},SSE,600000,unrestricted,900000,0,0,0,0")

    await story.publish(listing_id)

    failed = await story.last(listing_id, said.CaseReverificationFailed)
    assert (failed.snapshot_date, failed.reasons[0].code) == (MONDAY, "B-AVAIL")


async def test_p11_3_every_live_listing_is_checked_on_each_days_snapshot(story: Story) -> None:
    listing_id = await story.submit()
    await story.publish(listing_id)

    await story.load_holdings(MONDAY)

    passed = await story.last(listing_id, said.CaseReverified)
    assert (passed.snapshot_date, passed.snapshot_revision) == (MONDAY, 1)


async def test_p11_3_a_failure_is_told_with_its_shortfall_and_stored_until_a_pass(story: Story) -> None:
    listing_id = await story.submit()
    await story.publish(listing_id)

    await story.load_holdings(MONDAY, f"{ACCOUNT},SSE,600000,unrestricted,1000000,300000,0,0,0")

    failed = await story.last(listing_id, said.CaseReverificationFailed)
    assert failed.reasons[0].available == Decimal(700000)
    own = (await story.own(listing_id)).json()["daily_check"]
    assert (own["result"], own["shortfall"]["results"][0]["rule_id"]) == ("failed", "B-AVAIL")
    await story.load_holdings(MONDAY, reason="the loader sent the wrong file")
    assert (await story.last(listing_id, said.CaseReverified)).snapshot_revision == 2
    assert (await story.own(listing_id)).json()["daily_check"]["shortfall"] is None


async def test_p11_4_nothing_is_checked_twice_on_the_same_revision(story: Story) -> None:
    listing_id = await story.submit()
    await story.publish(listing_id)
    await story.load_holdings(MONDAY)
    before = len(await story.of(listing_id))

    await story.review.project()
    await story.review.run_due()

    assert len(await story.of(listing_id)) == before


async def test_p11_4_an_older_day_that_comes_late_decides_nothing(story: Story) -> None:
    listing_id = await story.submit()
    await story.publish(listing_id)
    before = len(await story.of(listing_id))

    await story.load_holdings(date(2026, 2, 26), f"{OTHER_ACCOUNT},SSE,600000,unrestricted,1,0,0,0,0")

    assert len(await story.of(listing_id)) == before


async def test_p10_3_when_holdings_shrink_the_most_recently_published_fail_first_until_the_rest_fit(
    story: Story,
) -> None:
    listings = [await story.submit(quantity=quantity, financing_wanted="1000000")
                for quantity in ("600000", "500000", "300000")]  # fmt: skip
    for place, listing_id in enumerate(listings):
        await story.publish(listing_id, at=NOON + timedelta(minutes=place))

    await story.load_holdings(MONDAY, f"{ACCOUNT},SSE,600000,unrestricted,1000000,0,0,0,0")

    results = [type((await story.of(one))[-1]) for one in listings]
    assert results == [said.CaseReverified, said.CaseReverificationFailed, said.CaseReverificationFailed]


async def test_p10_2_units_of_a_live_listing_are_not_there_for_another(story: Story) -> None:
    first = await story.submit(quantity="1500000")
    await story.publish(first)

    second = await story.submit(quantity="400000", financing_wanted="1000000")

    [reason] = (await story.last(second, said.CaseReturned)).reasons
    assert reason.deductions["other_live_listings"] == Decimal(1500000)


async def test_p13_1_an_update_of_a_live_listing_is_not_held_against_itself(story: Story) -> None:
    listing_id = await story.submit(quantity="1500000")
    await story.publish(listing_id)

    await story.submit(listing_id=listing_id, version=2, quantity="1700000")

    await story.last(listing_id, said.CaseApproved)


@pytest.mark.parametrize("target", ["pledged", "expired"])
async def test_p11_3_a_listing_that_is_no_longer_live_is_not_checked(story: Story, target: str) -> None:
    listing_id = await story.submit()
    await story.publish(listing_id)
    ended: listing.ListingEvent = listing.ListingExpired(listing_id=listing_id, by="owner", expired_at=NOON)
    if target == "pledged":
        ended = listing.ListingStatusChanged(listing_id=listing_id, source="open", target="pledged", changed_at=NOON)
    await story.review.hear(ended)
    before = len(await story.of(listing_id))

    await story.load_holdings(MONDAY)

    assert len(await story.of(listing_id)) == before


async def test_p11_4_a_late_snapshot_marks_its_day_and_nobody_fails(story: Story) -> None:
    listing_id = await story.submit()
    await story.publish(listing_id)
    before = len(await story.of(listing_id))

    await story.review.set_now(datetime(2026, 3, 3, 7, 0, 1, tzinfo=SHANGHAI))
    await story.review.run_due()

    assert await unverified(story) == [MONDAY.isoformat()]
    assert len(await story.of(listing_id)) == before
    await story.load_holdings(MONDAY)
    assert await unverified(story) == []


async def test_p11_5_a_pledgees_version_is_decided_without_a_snapshot(review: Review) -> None:
    story, listing_id = Story(review=review), new_id()

    await review.hear(a_pledgees_submission(listing_id))

    approved = await story.last(listing_id, said.CaseApproved)
    assert (approved.publishable_on, approved.snapshot_date) == (None, None)


async def test_p11_5_a_pledgees_rate_above_the_cap_of_the_day_is_returned(review: Review) -> None:
    story, listing_id = Story(review=review), new_id()

    await review.hear(a_pledgees_submission(listing_id, annual_rate_to="0.1201"))

    [reason] = (await story.last(listing_id, said.CaseReturned)).reasons
    assert (reason.code, reason.pointer) == ("FR16", "/annual_rate_to")


async def test_p11_2_the_owner_sees_every_rules_result_and_nobody_elses(story: Story) -> None:
    listing_id = await story.submit()

    own, others = await story.own(listing_id), await story.own(listing_id, STRANGER)

    [case] = own.json()["cases"]
    results = case["decision"]["results"]
    assert {"B-EXIST", "B-AVAIL", "FR01", "FR04"} <= {one["rule_id"] for one in results}
    assert {"holding", "security", "calendar", "price"} == {one["kind"] for one in case["decision"]["snapshots"]}
    assert others.status_code == 404


async def test_a_withdrawn_version_is_decided_no_more_and_can_come_back(review: Review) -> None:
    story = Story(review=review)
    await story.begin(holdings=False)
    listing_id = await story.submit()
    await review.hear(listing.ListingWithdrawn(listing_id=listing_id, version=1, withdrawn_at=NOON))

    await story.load_holdings(FRIDAY)
    assert isinstance((await story.of(listing_id))[-1], said.CaseWaits)
    await story.submit(listing_id=listing_id)

    await story.last(listing_id, said.CaseApproved)


async def unverified(story: Story) -> list[str]:
    answer = await story.review.call(STEWARD).get("/api/v1/reference/loads")
    days: list[str] = answer.json()["unverified_days"]
    return days
