from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from chassis.cause import Subject
from listing.tests.builders import MONDAY, NOON
from listing.tests.component.conftest import FakeBoard
from listing.tests.fakes import a_text
from listing.tests.harness import APPLICANT, REVIEWER, VIEWER, ZHANG, Story

# Step-up follows the real clock, as tokens do.
SUPERVISOR = Subject(user_id="supervisor", roles=frozenset({"SU"}), second_factor_at=datetime.now(UTC))  # noqa: TID251
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


class TestNewVersions:
    async def propose(self, story: Story, by: Subject = REVIEWER, **changes: object) -> httpx2.Response:
        body = {
            "kind": "guide",
            "version": "2",
            "effective_from": TUESDAY.isoformat(),
            "title_zh": "指引",
            "title_en": "Guide",
            "text_zh": "一、……",
            "text_en": "1. ...",
            **changes,
        }
        return await story.board.call(by).post("/api/v1/legal-texts/proposals", json=body)

    async def decide(self, story: Story, proposed: httpx2.Response, word: str, by: Subject) -> httpx2.Response:
        path = f"/api/v1/legal-texts/proposals/{proposed.json()['proposal_id']}/{word}"
        return await story.board.call(by).post(path)

    async def test_p4_5_a_new_version_of_two_people_is_asked_for_from_its_day(self, story: Story) -> None:
        proposed = await self.propose(story)
        alone = await story.board.call(ZHANG).get("/api/v1/my/terms")
        approved = await self.decide(story, proposed, "approval", SUPERVISOR)

        await story.board.set_now(NOON + timedelta(days=1))
        refused = await story.board.call(ZHANG).get("/api/v1/listings")
        await story.accept(ZHANG, "guide", "2")

        assert (proposed.status_code, approved.status_code, approved.json()["state"]) == (201, 200, "approved")
        assert {one["version"] for one in alone.json()["items"]} == {"1"}
        assert (refused.status_code, refused.json()["missing"]) == (403, ["guide"])
        assert (await story.board.call(ZHANG).get("/api/v1/listings")).status_code == 200

    async def test_p11_6_nobody_approves_their_own_proposal(self, story: Story) -> None:
        both = replace(SUPERVISOR, roles=frozenset({"RV", "SU"}))
        proposed = await self.propose(story, both)

        assert (await self.decide(story, proposed, "approval", both)).status_code == 403
        assert (await self.decide(story, proposed, "approval", REVIEWER)).status_code == 403

    async def test_p11_6_an_approval_needs_a_fresh_sign_in(self, story: Story) -> None:
        proposed = await self.propose(story)
        stale = replace(SUPERVISOR, second_factor_at=None)

        assert (await self.decide(story, proposed, "approval", stale)).json()["type"].endswith(":step-up-needed")

    async def test_a_rejected_version_takes_no_effect_and_may_be_proposed_anew(self, story: Story) -> None:
        proposed = await self.propose(story)
        twice = await self.propose(story)
        await self.decide(story, proposed, "rejection", SUPERVISOR)

        again = await self.decide(story, proposed, "approval", SUPERVISOR)

        assert (twice.status_code, again.status_code) == (409, 409)
        assert (await self.propose(story)).status_code == 201

    @pytest.mark.parametrize(
        ("changes", "pointer"), [({"effective_from": "2026-03-01"}, "/effective_from"), ({"text_en": " "}, "/text_en")]
    )
    async def test_what_cannot_stand_is_named(self, story: Story, changes: dict[str, Any], pointer: str) -> None:
        refused = await self.propose(story, **changes)

        assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])
