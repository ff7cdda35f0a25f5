from datetime import timedelta
from decimal import Decimal

import pytest

from listing.tests.builders import MONDAY, NOON, SHARE
from listing.tests.harness import LI, ZHANG, Story


class TestSummaries:
    async def test_p14_1_others_see_a_summary_without_identity_account_or_contact(self, story: Story) -> None:
        listing_id = await story.published()

        answer = await story.board.call(LI).get("/api/v1/listings")

        (summary,) = answer.json()["items"]
        assert (summary["id"], summary["area"], summary["state"]) == (listing_id, "pledgor", "open")
        assert summary["securities"][0]["name"] == SHARE.name
        for secret in ("张三", "P1", story.board.ref(ZHANG), "0001", "021-12345678", "400000"):
            assert secret not in answer.text.replace(listing_id, "")

    async def test_p14_1_ones_own_are_not_among_others(self, story: Story) -> None:
        await story.published()

        assert (await story.board.call(ZHANG).get("/api/v1/listings")).json()["items"] == []

    async def test_p14_1_drafts_versions_under_review_and_deleted_ones_are_not_shown(self, story: Story) -> None:
        await story.draft()
        await story.submitted(body=story.pledgor(quantity="1"))
        deleted = await story.published(body=story.pledgor(quantity="2"))
        await story.board.call(ZHANG).delete(f"/api/v1/listings/{deleted}")

        assert (await story.board.call(LI).get("/api/v1/listings")).json()["items"] == []

    @pytest.mark.parametrize(("days", "shown"), [(89, 1), (91, 0)])
    async def test_p14_1_expired_ones_are_shown_for_ninety_days(self, story: Story, days: int, shown: int) -> None:
        listing_id = await story.published()
        await story.move(listing_id, "expired")

        await story.board.set_now(NOON + timedelta(days=days))

        assert len((await story.board.call(LI).get("/api/v1/listings")).json()["items"]) == shown

    async def test_p13_1_an_update_under_review_is_marked(self, story: Story) -> None:
        listing_id = await story.published()
        edited = await story.board.call(ZHANG).put(f"/api/v1/listings/{listing_id}", json=story.pledgor(months=6))
        await story.submit(edited.json())

        (summary,) = (await story.board.call(LI).get("/api/v1/listings")).json()["items"]

        assert (summary["update_under_review"], summary["months_from"]) == (True, 12)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("area=pledgor", 1), ("area=pledgee", 0), ("market=SSE", 1), ("market=SZSE", 0), ("board=main", 1),
            ("asset_class=bond", 0), ("security=600000", 1), ("security=1", 0), ("state=open", 1),
            ("state=pledged", 0), ("months=12", 1), ("months=13", 0),
        ],
    )  # fmt: skip
    async def test_p14_2_filters_over_summary_fields_are_for_everybody(
        self, story: Story, query: str, found: int
    ) -> None:
        await story.published()

        assert len((await story.board.call(LI).get(f"/api/v1/listings?{query}")).json()["items"]) == found

    async def test_p14_3_pages_stay_stable_while_listings_are_inserted(self, story: Story) -> None:
        ids = []
        for number in range(5):
            await story.board.set_now(NOON + timedelta(minutes=number))
            ids.append(await story.published(body=story.pledgor(quantity="10")))
        first = (await story.board.call(LI).get("/api/v1/listings?limit=2")).json()
        await story.board.set_now(NOON + timedelta(minutes=9))
        await story.published(body=story.pledgor(quantity="10"))

        second = (await story.board.call(LI).get(f"/api/v1/listings?limit=2&cursor={first['next_cursor']}")).json()
        third = (await story.board.call(LI).get(f"/api/v1/listings?limit=2&cursor={second['next_cursor']}")).json()

        read = [one["id"] for page in (first, second, third) for one in page["items"]]
        assert read == ids[::-1]
        assert third["next_cursor"] is None

    async def test_a_cursor_of_another_list_is_refused(self, story: Story) -> None:
        assert (await story.board.call(LI).get("/api/v1/listings?cursor=nonsense")).status_code == 422


class TestDetails:
    async def test_p14_2_without_a_listing_in_force_a_detail_is_refused_with_the_reason(self, story: Story) -> None:
        listing_id = await story.published()

        refused = await story.board.call(LI).get(f"/api/v1/listings/{listing_id}")

        assert (refused.status_code, refused.json()["reason"]) == (403, "no_listing_in_force")

    async def test_p14_2_with_one_the_detail_opens_with_accounts_masked(self, story: Story) -> None:
        listing_id = await story.published()
        await story.published(LI, story.pledgee())

        detail = await story.read(listing_id, LI)

        line = detail["content"]["pledgor"]["lines"][0]
        assert (detail["view"], line["account_ref"]) == ("detail", "********0001")
        assert Decimal(line["quantity"]) == 400_000
        assert (detail["publisher"]["name"], detail["publisher"]["region"]) == ("张三", "上海")
        assert story.board.ref(ZHANG) not in str(detail)

    async def test_p8_1_changed_business_information_shows_on_live_listings_at_once(self, story: Story) -> None:
        listing_id = await story.published()
        await story.published(LI, story.pledgee())

        await story.inform(ZHANG, region="北京")

        assert (await story.read(listing_id, LI))["publisher"]["region"] == "北京"

    async def test_p14_2_it_is_tested_at_each_request(self, story: Story) -> None:
        listing_id = await story.published()
        own = await story.published(LI, story.pledgee())
        await story.move(own, "expired", LI)

        assert (await story.board.call(LI).get(f"/api/v1/listings/{listing_id}")).status_code == 403

    async def test_p14_2_a_listing_past_its_validity_is_not_in_force_even_before_the_clock_ends_it(
        self, story: Story
    ) -> None:
        listing_id = await story.published()
        await story.published(LI, story.pledgee(valid_until=MONDAY.isoformat()))

        await story.board.set_now(NOON + timedelta(days=1))

        assert (await story.board.call(LI).get(f"/api/v1/listings/{listing_id}")).status_code == 403

    async def test_p14_2_details_are_of_listings_in_force(self, story: Story) -> None:
        listing_id = await story.published()
        await story.published(LI, story.pledgee())
        await story.move(listing_id, "expired")

        assert (await story.board.call(LI).get(f"/api/v1/listings/{listing_id}")).status_code == 404

    async def test_p14_2_filters_over_details_need_a_listing_in_force(self, story: Story) -> None:
        listing_id = await story.published()
        query = "/api/v1/listings?share_class=unrestricted&amount_from=1000000&amount_to=3000000&pledge_rate=0.45"

        refused = await story.board.call(LI).get(query)
        await story.published(LI, story.pledgee())
        allowed = await story.board.call(LI).get(query)
        none = await story.board.call(LI).get("/api/v1/listings?pledge_rate=0.3")

        assert (refused.status_code, refused.json()["reason"]) == (403, "no_listing_in_force")
        assert refused.json()["fields"] == ["amount_from", "amount_to", "pledge_rate", "share_class"]
        assert [one["id"] for one in allowed.json()["items"]] == [listing_id]
        assert none.json()["items"] == []

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("region=上海", 1), ("region=北京", 0), ("industry=制造业", 1), ("industry=农业", 0),
            ("annual_rate_max=0.08", 1), ("annual_rate_max=0.01", 0), ("share_class=restricted", 0),
        ],
    )  # fmt: skip
    async def test_p14_3_filters_over_details_are_what_the_listing_and_its_owner_say(
        self, story: Story, query: str, found: int
    ) -> None:
        await story.inform(ZHANG, industry="制造业")
        await story.published()
        await story.published(LI, story.pledgee())

        assert len((await story.board.call(LI).get(f"/api/v1/listings?{query}")).json()["items"]) == found

    async def test_p8_1_new_business_information_is_found_at_once(self, story: Story) -> None:
        await story.published()
        await story.published(LI, story.pledgee())

        await story.inform(ZHANG, region="深圳", industry="农业")

        for query, found in (("region=深圳&industry=农业", 1), ("region=上海", 0)):
            assert len((await story.board.call(LI).get(f"/api/v1/listings?{query}")).json()["items"]) == found

    async def test_a_pledgee_that_names_no_industry_accepts_any(self, story: Story) -> None:
        await story.published()
        await story.published(LI, story.pledgee(industries=[]))

        answer = await story.board.call(ZHANG).get("/api/v1/listings?industry=农业&region=上海")

        assert len(answer.json()["items"]) == 1

    async def test_p8_4_values_are_computed_at_the_close_of_a_day(self, story: Story) -> None:
        listing_id = await story.published()
        assert (await story.read(listing_id))["valuation"]["total"] is None

        await story.board.load_closes(MONDAY - timedelta(days=3), {(SHARE.market, SHARE.security): Decimal("10.01")})

        valuation = (await story.read(listing_id))["valuation"]
        assert (valuation["as_of"], valuation["total"]) == ("2026-02-27", "4004000.00")
