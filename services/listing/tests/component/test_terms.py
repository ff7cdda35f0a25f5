from datetime import datetime, timedelta

import pytest

from listing.tests.builders import MONDAY, NOON
from listing.tests.component.conftest import FakeBoard
from listing.tests.fakes import a_text
from listing.tests.harness import APPLICANT, REVIEWER, VIEWER, ZHANG, Story

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
async def newcomer(board: FakeBoard) -> Story:
    """Somebody who signed in and accepted nothing."""
    told = Story(board=board)
    await told.sign_in(ZHANG)
    return told


class TestTerms:
    @pytest.mark.parametrize("path", ["/api/v1/listings", "/api/v1/my/listings"])
    async def test_p4_5_before_the_first_use_the_texts_are_accepted(self, newcomer: Story, path: str) -> None:
        refused = await newcomer.board.call(ZHANG).get(path)

        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:pledgeboard:problem:terms-not-accepted"
        assert (refused.json()["missing"], refused.json()["way"]) == (["guide", "privacy"], "/api/v1/my/terms")

    async def test_p4_5_own_data_are_readable_without(self, newcomer: Story) -> None:
        caller = newcomer.board.call(ZHANG)

        for path in ("/my/business-information", "/my/pledgeable-holdings", "/my/terms", "/guide"):
            assert (await caller.get(f"/api/v1{path}")).status_code == 200

    async def test_p4_5_one_of_two_is_not_enough_and_both_open_the_board(self, newcomer: Story) -> None:
        await newcomer.accept(ZHANG, "guide")
        between = await newcomer.board.call(ZHANG).get("/api/v1/listings")
        await newcomer.accept(ZHANG, "privacy")

        assert between.json()["missing"] == ["privacy"]
        assert (await newcomer.board.call(ZHANG).get("/api/v1/listings")).status_code == 200

    async def test_p4_5_each_login_accepts_for_itself(self, story: Story) -> None:
        await story.sign_in(VIEWER)  # of the participant whose other login has accepted

        assert (await story.board.call(VIEWER).get("/api/v1/listings")).status_code == 403

    async def test_p4_5_a_new_version_is_asked_for_from_the_day_it_takes_effect(
        self, story: Story, board: FakeBoard
    ) -> None:
        board.store.texts.append(a_text("guide", "2", TUESDAY))
        today = await board.call(ZHANG).get("/api/v1/listings")
        early = await story.accept(ZHANG, "guide", "2")

        await board.set_now(NOON + timedelta(days=1))
        tomorrow = await board.call(ZHANG).get("/api/v1/listings")
        old = await story.accept(ZHANG, "guide", "1")
        await story.accept(ZHANG, "guide", "2")

        assert (today.status_code, tomorrow.status_code) == (200, 403)
        assert tomorrow.json()["missing"] == ["guide"]
        assert [(one.status_code, one.json()["version"]) for one in (early, old)] == [(409, "1"), (409, "2")]
        assert (await board.call(ZHANG).get("/api/v1/listings")).status_code == 200

    async def test_p4_5_accepting_twice_is_one_acceptance(self, newcomer: Story, board: FakeBoard) -> None:
        first = await newcomer.accept(ZHANG, "guide")
        await board.set_now(NOON + timedelta(hours=1))
        again = await newcomer.accept(ZHANG, "guide")

        assert datetime.fromisoformat(again.json()["accepted_at"]) == NOON
        assert first.json() == again.json()
        assert (await newcomer.types_said()).count("participant.terms_accepted") == 1

    async def test_bx9_business_information_is_asked_for_after_the_privacy_notice(self, newcomer: Story) -> None:
        refused = await newcomer.inform(ZHANG)
        await newcomer.accept(ZHANG, "privacy")

        assert (refused.status_code, refused.json()["missing"]) == (403, ["privacy"])
        assert (await newcomer.inform(ZHANG)).status_code == 200

    async def test_p6_2_an_applicant_accepts_before_there_is_access(self, board: FakeBoard) -> None:
        story = Story(board=board)
        await story.enter(APPLICANT)

        terms = (await board.call(APPLICANT).get("/api/v1/my/terms")).json()["items"]

        assert [one["kind"] for one in terms if one["accepted_at"]] == ["guide", "privacy"]

    async def test_staff_accept_nothing(self, board: FakeBoard) -> None:
        assert (await board.call(REVIEWER).get("/api/v1/my/terms")).status_code == 403
