from dataclasses import replace

import httpx2
import pytest

from chassis.cause import Subject
from listing.tests.component.conftest import FakeBoard
from listing.tests.harness import ZHANG, Story

ACCOUNTS = ("100000000005",)
ROLES = frozenset({"PL", "LE"})
ADMINISTRATOR = Subject(
    user_id="administrator", roles=ROLES, participant_id="P5", function="administrator", accounts=ACCOUNTS, name="东海"
)
SECOND = replace(ADMINISTRATOR, user_id="second")
# An institution's login of which the identity provider says nothing more may read.
CLERK = replace(ADMINISTRATOR, user_id="clerk", function="viewer")


@pytest.fixture
async def institution(board: FakeBoard) -> Story:
    told = Story(board=board)
    await told.enter(ADMINISTRATOR)
    return told


async def invite(story: Story, user_id: str, function: str, by: Subject = ADMINISTRATOR) -> httpx2.Response:
    return await story.board.call(by).post("/api/v1/my/users", json={"user_id": user_id, "function": function})


async def disable(story: Story, user_id: str, by: Subject = ADMINISTRATOR) -> httpx2.Response:
    return await story.board.call(by).delete(f"/api/v1/my/users/{user_id}")


async def draft(story: Story, subject: Subject) -> int:
    answer = await story.board.call(subject).post("/api/v1/listings", json=story.pledgee())
    return answer.status_code


class TestInvitations:
    async def test_bx6_who_is_invited_as_operator_acts_from_the_first_sign_in(self, institution: Story) -> None:
        invited = await invite(institution, "clerk", "operator")
        await institution.enter(CLERK)

        assert (invited.status_code, invited.json()["state"]) == (201, "invited")
        assert await draft(institution, CLERK) == 201

    async def test_bx6_who_is_not_invited_only_reads(self, institution: Story) -> None:
        await institution.enter(CLERK)

        assert (await institution.board.call(CLERK).get("/api/v1/listings")).status_code == 200
        assert await draft(institution, CLERK) == 403

    async def test_bx6_an_assignment_changes_a_signed_in_login_at_once(self, institution: Story) -> None:
        await invite(institution, "clerk", "operator")
        await institution.enter(CLERK)

        assigned = await institution.board.call(ADMINISTRATOR).put(
            "/api/v1/my/users/clerk", json={"function": "viewer"}
        )
        after = await draft(institution, CLERK)
        await institution.sign_in(CLERK)

        assert (assigned.status_code, after) == (200, 403)
        assert await draft(institution, CLERK) == 403

    async def test_bx6_an_administrator_cannot_publish(self, institution: Story) -> None:
        assert await draft(institution, ADMINISTRATOR) == 403

    @pytest.mark.parametrize("function", ["operator", "viewer"])
    async def test_bx6_users_are_the_administrators_business(self, institution: Story, function: str) -> None:
        await invite(institution, "clerk", function)
        await institution.enter(CLERK)

        assert (await invite(institution, "somebody", "viewer", by=CLERK)).status_code == 403

    async def test_bx6_who_is_there_already_is_not_invited_again(self, institution: Story) -> None:
        await invite(institution, "clerk", "operator")

        again = await invite(institution, "clerk", "viewer")

        assert (again.status_code, again.json()["type"]) == (409, "urn:pledgeboard:problem:user-already-acts")

    async def test_bx6_a_person_has_no_users(self, story: Story) -> None:
        alone = replace(ZHANG, function="administrator")

        assert (await invite(story, "clerk", "operator", by=alone)).status_code == 409


class TestLeaving:
    async def test_bx6_a_leavers_next_request_is_refused_and_it_is_said(self, institution: Story) -> None:
        await invite(institution, "clerk", "operator")
        await institution.enter(CLERK)
        await draft(institution, CLERK)

        await disable(institution, "clerk")
        refused = await institution.board.call(CLERK).get("/api/v1/my/listings")

        assert (refused.status_code, refused.json()["type"]) == (401, "urn:pledgeboard:problem:login-ended")
        assert "participant.user_left" in await institution.types_said()

    async def test_bx6_the_work_of_a_leaver_stays(self, institution: Story, board: FakeBoard) -> None:
        await invite(institution, "clerk", "operator")
        await institution.enter(CLERK)
        await draft(institution, CLERK)

        await disable(institution, "clerk")

        drafts = await board.call(ADMINISTRATOR).get("/api/v1/my/listings", params={"box": "drafts"})
        assert len(drafts.json()["items"]) == 1

    async def test_bx6_a_new_sign_in_does_not_bring_a_leaver_back_and_an_invitation_does(
        self, institution: Story
    ) -> None:
        await institution.enter(CLERK)
        await disable(institution, "clerk")

        again = await institution.sign_in(CLERK)
        await invite(institution, "clerk", "viewer")
        await institution.sign_in(CLERK)

        assert again.status_code == 401
        assert (await institution.board.call(CLERK).get("/api/v1/listings")).status_code == 200

    async def test_bx6_the_last_administrator_cannot_leave(self, institution: Story) -> None:
        refused = await disable(institution, "administrator")

        assert (refused.status_code, refused.json()["type"]) == (409, "urn:pledgeboard:problem:last-administrator")

    async def test_bx6_nor_become_something_else(self, institution: Story) -> None:
        refused = await institution.board.call(ADMINISTRATOR).put(
            "/api/v1/my/users/administrator", json={"function": "operator"}
        )

        assert refused.status_code == 409

    async def test_bx6_one_of_two_may_leave(self, institution: Story) -> None:
        await invite(institution, "second", "administrator")
        before = await disable(institution, "administrator")
        await institution.enter(SECOND)

        assert before.status_code == 409  # who is only invited administers nothing yet
        assert (await disable(institution, "administrator")).status_code == 200

    async def test_another_institutions_user_does_not_exist_here(self, institution: Story) -> None:
        assert (await disable(institution, "zhang")).status_code == 404

    async def test_bx6_the_list_names_everybody(self, institution: Story, board: FakeBoard) -> None:
        await invite(institution, "clerk", "operator")

        listed = await board.call(ADMINISTRATOR).get("/api/v1/my/users")

        assert [(one["user_id"], one["function"], one["state"]) for one in listed.json()["items"]] == [
            ("administrator", "administrator", "active"),
            ("clerk", "operator", "invited"),
        ]
