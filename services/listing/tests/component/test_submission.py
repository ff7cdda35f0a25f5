import pytest

from listing.tests.harness import LAST_TRADING_DAY, LI, ZHANG, Story


class TestDrafts:
    async def test_p8_2_a_draft_may_be_incomplete_and_its_submission_not(self, story: Story) -> None:
        standing = await story.draft(body={"pledgor": {"months": 12}})

        refused = await story.submit(standing)

        assert refused.status_code == 422
        pointers = {one["pointer"] for one in refused.json()["errors"]}
        assert {"/pledgor/lines", "/pledgor/financing_wanted", "/pledgor/valid_until"} <= pointers

    async def test_p9_3_a_quantity_off_the_scale_is_named_while_it_is_typed(self, story: Story) -> None:
        refused = await story.board.call(ZHANG).post("/api/v1/listings", json=story.pledgor(quantity="100.5"))

        assert refused.status_code == 422
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/pledgor/lines/0/quantity"]

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, ""),
            ({"pledgor": {}, "pledgee": {}}, ""),
            ({"pledgor": {"months": "many"}}, "/pledgor/months"),
            ({"pledgor": {"colour": "red"}}, "/pledgor/colour"),
            ({"pledgor": {"financing_wanted": "1.005"}}, "/pledgor/financing_wanted"),
            ({"pledgor": {"valid_until": "tomorrow"}}, "/pledgor/valid_until"),
        ],
    )
    async def test_a_body_out_of_form_is_named(self, story: Story, body: dict[str, object], pointer: str) -> None:
        refused = await story.board.call(ZHANG).post("/api/v1/listings", json=body)

        assert refused.status_code == 422
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]

    async def test_only_the_owner_knows_of_a_draft(self, story: Story) -> None:
        standing = await story.draft()
        path = f"/api/v1/listings/{standing['id']}"

        assert (await story.board.call(ZHANG).get(path)).status_code == 200
        assert (await story.board.call(LI).get(path)).status_code == 404
        assert (await story.board.call(LI).put(path, json=story.pledgor(LI))).status_code == 404
        assert (await story.board.call(LI).delete(path)).status_code == 404

    async def test_an_edit_on_an_older_revision_is_refused(self, story: Story) -> None:
        standing = await story.draft()
        path = f"/api/v1/listings/{standing['id']}"
        first = await story.board.call(ZHANG).put(path, json=story.pledgor(), headers={"If-Match": '"1"'})

        second = await story.board.call(ZHANG).put(path, json=story.pledgor(), headers={"If-Match": '"1"'})

        assert (first.status_code, first.headers["ETag"], second.status_code) == (200, '"2"', 412)

    async def test_p8_3_a_pledgee_publishes_without_any_holding(self, story: Story) -> None:
        await story.board.load_holdings(LAST_TRADING_DAY, [])

        standing = await story.submitted(LI, story.pledgee())

        assert standing["publication"] == "under_review"


class TestSubmission:
    async def test_p11_1_a_submission_is_said_to_review_with_everything_it_needs(self, story: Story) -> None:
        standing = await story.submitted()

        (event,) = [one for one in await story.board.said() if one.type.endswith("submitted.v1")]
        assert (str(event.listing_id), event.version, event.area) == (standing["id"], 1, "pledgor")  # type: ignore[attr-defined]  # a submission
        assert event.content_hash == (await story.read(standing["id"]))["under_review"]["content_hash"]  # type: ignore[attr-defined]  # the same
        assert event.lines[0].account_ref == story.board.ref(ZHANG)  # type: ignore[attr-defined]  # the same

    @pytest.mark.parametrize(
        ("declaration", "pointer"),
        [
            (None, "/declaration"),
            ({"accepted": False, "text_version": "1", "content_hash": "x"}, "/declaration/accepted"),
            ({"accepted": True, "text_version": "0", "content_hash": "x"}, "/declaration/text_version"),
        ],
    )
    async def test_p4_6_a_submission_without_its_declaration_is_refused(
        self, story: Story, declaration: object, pointer: str
    ) -> None:
        standing = await story.draft()
        body = {} if declaration is None else {"declaration": declaration}

        refused = await story.board.call(ZHANG).post(f"/api/v1/listings/{standing['id']}/submission", json=body)

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == pointer

    async def test_p4_6_a_declaration_about_other_content_is_refused(self, story: Story) -> None:
        standing = await story.draft()
        await story.board.call(ZHANG).put(f"/api/v1/listings/{standing['id']}", json=story.pledgor(months=6))

        refused = await story.submit(standing)

        assert refused.status_code == 422
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/declaration/content_hash"]

    async def test_p4_6_the_declaration_is_kept_with_user_text_and_hash(self, story: Story) -> None:
        version = (await story.read((await story.submitted())["id"]))["under_review"]

        assert (version["declared_by"], version["declaration_text"]) == ("zhang", "1")
        assert len(version["content_hash"]) == 64

    async def test_p5_3_the_pledgor_area_needs_a_holding(self, story: Story) -> None:
        await story.board.load_holdings(LAST_TRADING_DAY, [])

        refused = await story.submit(await story.draft())

        assert (refused.status_code, refused.json()["reason"]) == (409, "no_holding")

    async def test_a_version_under_review_is_withdrawn_before_it_is_changed(self, story: Story) -> None:
        standing = await story.submitted()
        path = f"/api/v1/listings/{standing['id']}"

        refused = await story.board.call(ZHANG).put(path, json=story.pledgor())
        withdrawn = await story.board.call(ZHANG).delete(f"{path}/submission")
        edited = await story.board.call(ZHANG).put(path, json=story.pledgor())

        assert (refused.status_code, withdrawn.status_code, edited.status_code) == (409, 200, 200)
        assert (await story.types_said())[-1] == "listing.withdrawn"


class TestUnits:
    async def test_p10_0_holdings_offer_the_available_quantity_and_name_each_deduction(self, story: Story) -> None:
        answer = await story.board.call(ZHANG).get("/api/v1/my/pledgeable-holdings")

        (position,) = answer.json()["positions"]
        assert answer.json()["snapshot_date"] == LAST_TRADING_DAY.isoformat()
        assert (float(position["held"]), float(position["available"])) == (1_000_000, 900_000)
        assert {name: float(taken) for name, taken in position["deductions"].items()} == {"frozen": 100_000}
        assert position["account"] == "********0001"

    async def test_p10_2_the_same_units_cannot_stand_in_two_listings(self, story: Story) -> None:
        await story.submitted(body=story.pledgor(quantity="500000"))

        refused = await story.submit(await story.draft(body=story.pledgor(quantity="400001")))
        accepted = await story.submit(await story.draft(body=story.pledgor(quantity="400000")))

        assert refused.status_code == 409
        assert refused.json()["type"].endswith("units-held-elsewhere")
        assert accepted.status_code == 202

    async def test_p10_2_what_listings_hold_is_shown_and_no_longer_free(self, story: Story) -> None:
        await story.submitted(body=story.pledgor(quantity="500000"))

        answer = await story.board.call(ZHANG).get("/api/v1/my/pledgeable-holdings")

        (position,) = answer.json()["positions"]
        assert (float(position["held_by_listings"]), float(position["free"])) == (500_000, 400_000)

    @pytest.mark.parametrize("end", ["return", "withdrawal", "expiry", "deletion"])
    async def test_p10_2_return_withdrawal_expiry_and_deletion_free_units(self, story: Story, end: str) -> None:
        listing_id = str((await story.submitted(body=story.pledgor(quantity="900000")))["id"])
        path = f"/api/v1/listings/{listing_id}"
        if end == "return":
            await story.send_back(listing_id)
        elif end == "withdrawal":
            await story.board.call(ZHANG).delete(f"{path}/submission")
        elif end == "expiry":
            await story.approve(listing_id)
            await story.board.call(ZHANG).post(f"{path}/expiry")
        else:
            await story.board.call(ZHANG).delete(path)

        assert (await story.submit(await story.draft(body=story.pledgor(quantity="900000")))).status_code == 202

    async def test_p10_2_a_pledged_listing_goes_on_holding(self, story: Story) -> None:
        listing_id = await story.published(body=story.pledgor(quantity="900000"))
        await story.move(listing_id, "pledged")

        assert (await story.submit(await story.draft(body=story.pledgor(quantity="1")))).status_code == 409

    async def test_p10_1_more_than_is_available_goes_to_review_which_names_the_deductions(self, story: Story) -> None:
        standing = await story.submitted(body=story.pledgor(quantity="950000"))

        await story.send_back(standing["id"])

        returned = (await story.read(standing["id"]))["returned"]
        assert returned["reasons"][0]["deductions"] == {"frozen": "100000"}
