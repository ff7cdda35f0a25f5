from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from chassis.kernel import SHANGHAI, new_id
from events.review import v1 as review
from listing.domain.states import end_of_validity
from listing.tests.builders import MONDAY, NOON
from listing.tests.harness import LAST_TRADING_DAY, LI, ZHANG, Story


class TestReview:
    async def test_p11_1_an_approval_for_today_publishes(self, story: Story) -> None:
        listing_id = await story.published()

        found = await story.read(listing_id)

        assert (found["publication"], found["state"], found["boxes"]) == ("published", "open", ["published"])
        assert found["published"]["snapshot_date"] == LAST_TRADING_DAY.isoformat()
        assert (await story.types_said())[-1] == "listing.published"

    async def test_p11_1_an_approval_for_another_day_asks_for_a_recheck(self, story: Story) -> None:
        standing = await story.submitted()
        await story.board.set_now(NOON + timedelta(days=1))

        await story.approve(standing["id"], publishable_on=MONDAY)

        assert (await story.read(standing["id"]))["under_review"]["progress"] == "rechecking"
        assert (await story.types_said())[-1] == "listing.recheck_asked"

    async def test_p11_1_a_missing_snapshot_is_told_to_the_owner(self, story: Story) -> None:
        listing_id = (await story.submitted())["id"]

        await story.board.hear(
            review.CaseWaits(listing_id=UUID(listing_id), case_id=new_id(), version=1, snapshot_date=MONDAY, since=NOON)
        )

        version = (await story.read(listing_id))["under_review"]
        assert (version["progress"], version["waits_for"]) == ("waiting_for_snapshot", MONDAY.isoformat())

    async def test_p11_2_a_person_is_waited_for(self, story: Story) -> None:
        listing_id = (await story.submitted())["id"]

        await story.board.hear(
            review.CaseNeedsPerson(listing_id=UUID(listing_id), case_id=new_id(), version=1, reasons=[], since=NOON)
        )

        assert (await story.read(listing_id))["under_review"]["progress"] == "needs_person"

    async def test_p11_8_a_returned_version_lies_in_its_box_with_reasons_and_the_way_out(self, story: Story) -> None:
        listing_id = (await story.submitted())["id"]
        await story.send_back(listing_id)

        box = (await story.board.call(ZHANG).get("/api/v1/my/listings?box=returned")).json()

        (row,) = box["items"]
        assert row["id"] == listing_id
        assert (row["reasons"][0]["code"], row["reasons"][0]["pointer"]) == (
            "quantity-unavailable",
            "/lines/0/quantity",
        )
        assert (await story.types_said())[-1] == "listing.returned"

    async def test_p11_8_each_listing_lies_in_its_boxes_and_in_no_other(self, story: Story) -> None:
        small = story.pledgor(quantity="10")
        ids = {
            "drafts": (await story.draft(body=small))["id"],
            "under_review": (await story.submitted(body=small))["id"],
        }
        for name in ("published", "returned", "expired", "deleted", "updated"):
            ids[name] = str((await story.submitted(body=small))["id"])
            await (story.send_back if name == "returned" else story.approve)(ids[name])
        await story.move(ids["expired"], "expired")
        await story.board.call(ZHANG).delete(f"/api/v1/listings/{ids['deleted']}")
        edited = await story.board.call(ZHANG).put(f"/api/v1/listings/{ids['updated']}", json=small)
        await story.submit(edited.json())

        found = {
            box: {
                row["id"]
                for row in (await story.board.call(ZHANG).get(f"/api/v1/my/listings?box={box}")).json()["items"]
            }
            for box in ("drafts", "under_review", "published", "returned", "expired", "deleted")
        }

        assert found == {
            "drafts": {ids["drafts"]},
            "under_review": {ids["under_review"], ids["updated"]},
            "published": {ids["published"], ids["updated"]},
            "returned": {ids["returned"]},
            "expired": {ids["expired"]},
            "deleted": {ids["deleted"]},
        }

    async def test_p11_8_a_box_is_read_page_by_page(self, story: Story) -> None:
        ids = [(await story.draft())["id"] for _ in range(3)]

        first = (await story.board.call(ZHANG).get("/api/v1/my/listings?box=drafts&limit=2")).json()
        path = f"/api/v1/my/listings?box=drafts&limit=2&cursor={first['next_cursor']}"
        second = (await story.board.call(ZHANG).get(path)).json()

        assert [one["id"] for page in (first, second) for one in page["items"]] == ids[::-1]

    async def test_a_returned_listing_is_corrected_and_submitted_again(self, story: Story) -> None:
        listing_id = (await story.submitted())["id"]
        await story.send_back(listing_id)
        edited = await story.board.call(ZHANG).put(f"/api/v1/listings/{listing_id}", json=story.pledgor(months=6))

        again = await story.submit(edited.json())
        await story.approve(listing_id, version=2)

        assert again.json()["version"] == 2
        assert (await story.read(listing_id))["publication"] == "published"

    async def test_a_decision_about_a_withdrawn_version_changes_nothing(self, story: Story) -> None:
        listing_id = (await story.submitted())["id"]
        await story.board.call(ZHANG).delete(f"/api/v1/listings/{listing_id}/submission")
        before = await story.types_said()

        await story.approve(listing_id)

        assert (await story.read(listing_id))["publication"] == "draft"
        assert await story.types_said() == before

    async def test_p11_3_a_failed_daily_check_is_shown_to_its_owner_with_the_shortfall(self, story: Story) -> None:
        listing_id = await story.published()
        reason = review.Reason(
            code="quantity-unavailable", pointer="/lines/0/quantity", rule_id="P10.1", rule_version="1",
            message_zh="可用数量不足", message_en="Not enough is available", asked=Decimal(400_000),
            available=Decimal(300_000),
        )  # fmt: skip
        failed = review.CaseReverificationFailed(
            listing_id=UUID(listing_id), case_id=new_id(), version=1, snapshot_date=MONDAY, snapshot_revision=1,
            reasons=[reason], checked_at=NOON,
        )  # fmt: skip

        await story.board.hear(failed)
        await story.board.hear(
            review.CaseReverified(
                listing_id=UUID(listing_id), case_id=new_id(), version=1, snapshot_date=LAST_TRADING_DAY,
                snapshot_revision=1, checked_at=NOON,
            )
        )  # fmt: skip

        check = (await story.read(listing_id))["last_check"]
        assert (check["snapshot_date"], check["passed"]) == (MONDAY.isoformat(), False)
        assert check["reasons"][0]["asked"] == "400000"


class TestStates:
    async def test_p12_1_a_listing_moves_through_its_states(self, story: Story) -> None:
        listing_id = await story.published()

        answers = [await story.move(listing_id, target) for target in ("negotiating", "open", "negotiating", "pledged")]

        assert [one.status_code for one in answers] == [200] * 4
        assert (await story.types_said())[-4:] == ["listing.status_changed"] * 4

    async def test_p12_4_an_illegal_move_names_the_allowed_ones_and_says_nothing(self, story: Story) -> None:
        listing_id = await story.published()
        await story.move(listing_id, "pledged")
        before = await story.types_said()

        refused = await story.move(listing_id, "open")

        assert (refused.status_code, refused.json()["allowed"]) == (409, ["expired"])
        assert (await story.read(listing_id))["state"] == "pledged"
        assert await story.types_said() == before

    async def test_p12_4_of_two_moves_on_one_revision_one_wins(self, story: Story) -> None:
        listing_id = await story.published()
        read = {"If-Match": f'"{(await story.read(listing_id))["revision"]}"'}

        first = await story.move(listing_id, "negotiating", headers=read)
        second = await story.move(listing_id, "pledged", headers=read)

        assert (first.status_code, second.status_code) == (200, 412)
        assert (await story.read(listing_id))["state"] == "negotiating"

    async def test_p12_1_another_cannot_move_it(self, story: Story) -> None:
        assert (await story.move(await story.published(), "pledged", LI)).status_code == 404

    async def test_p12_2_the_owner_ends_it_at_any_time(self, story: Story) -> None:
        listing_id = await story.published()

        answer = await story.board.call(ZHANG).post(f"/api/v1/listings/{listing_id}/expiry")

        assert answer.json()["state"] == "expired"
        assert (await story.types_said())[-1] == "listing.expired"

    async def test_p12_2_the_clock_ends_it_once_its_last_day_is_over(self, story: Story) -> None:
        listing_id = await story.published(body=story.pledgor(valid_until=MONDAY.isoformat()))
        await story.board.set_now(datetime(2026, 3, 2, 23, 59, 30, tzinfo=SHANGHAI))
        await story.board.run_due()
        assert (await story.read(listing_id))["state"] == "open"

        await story.board.set_now(end_of_validity(MONDAY) + timedelta(seconds=1))
        await story.board.run_due()
        await story.board.run_due()

        assert (await story.read(listing_id))["state"] == "expired"
        assert (await story.types_said()).count("listing.expired") == 1

    async def test_p12_2_an_earlier_end_by_the_owner_is_not_repeated_by_the_clock(self, story: Story) -> None:
        listing_id = await story.published()
        await story.move(listing_id, "expired")

        await story.board.set_now(NOON + timedelta(days=40))
        await story.board.run_due()

        assert (await story.types_said()).count("listing.expired") == 1


class TestChanges:
    async def test_p13_1_the_published_version_stays_until_the_new_one_is_approved(self, story: Story) -> None:
        listing_id = await story.published()
        edited = await story.board.call(ZHANG).put(f"/api/v1/listings/{listing_id}", json=story.pledgor(months=6))
        await story.submit(edited.json())

        waiting = await story.read(listing_id)
        await story.approve(listing_id, version=2)
        updated = await story.read(listing_id)

        assert (waiting["published"]["content"]["pledgor"]["months"], waiting["boxes"]) == (
            12,
            ["published", "under_review"],
        )
        assert updated["published"]["content"]["pledgor"]["months"] == 6
        assert (await story.types_said())[-1] == "listing.version_published"

    async def test_p12_2_a_new_version_moves_the_end(self, story: Story) -> None:
        listing_id = await story.published(body=story.pledgor(valid_until=MONDAY.isoformat()))
        longer = story.pledgor(valid_until=(MONDAY + timedelta(days=9)).isoformat())
        edited = await story.board.call(ZHANG).put(f"/api/v1/listings/{listing_id}", json=longer)
        await story.submit(edited.json())
        await story.approve(listing_id, version=2)

        await story.board.set_now(NOON + timedelta(days=2))
        await story.board.run_due()

        assert (await story.read(listing_id))["state"] == "open"

    @pytest.mark.parametrize("state", ["pledged", "expired"])
    async def test_p13_3_what_has_ended_is_not_edited(self, story: Story, state: str) -> None:
        listing_id = await story.published()
        await story.move(listing_id, state)

        refused = await story.board.call(ZHANG).put(f"/api/v1/listings/{listing_id}", json=story.pledgor())

        assert refused.status_code == 409

    async def test_p13_2_deletion_is_final(self, story: Story) -> None:
        listing_id = await story.published()
        path = f"/api/v1/listings/{listing_id}"
        await story.board.call(ZHANG).delete(path)

        answers = [
            await story.board.call(ZHANG).get(path),
            await story.board.call(ZHANG).put(path, json=story.pledgor()),
            await story.move(listing_id, "negotiating"),
            await story.board.call(LI).get(path),
        ]
        box = (await story.board.call(ZHANG).get("/api/v1/my/listings?box=deleted")).json()

        assert [one.status_code for one in answers] == [410, 410, 410, 404]
        assert [one["id"] for one in box["items"]] == [listing_id]
        assert (await story.types_said())[-1] == "listing.deleted"

    async def test_p12_1_a_new_listing_may_name_the_old_one(self, story: Story) -> None:
        old = await story.published()
        await story.move(old, "expired")

        new = await story.draft(body={**story.pledgor(), "replaces": old})

        assert (await story.read(new["id"]))["replaces"] == old

    async def test_another_ones_listing_cannot_be_replaced(self, story: Story) -> None:
        old = await story.published()

        refused = await story.board.call(LI).post("/api/v1/listings", json={**story.pledgor(LI), "replaces": old})

        assert refused.status_code == 404
