"""Access, clause by clause, through the gateway. Tests run in order: they are one story.

It comes after the tests that need somebody without access: from here on there is nobody.
"""

from collections.abc import Iterator

import httpx2
import pytest

from demo.access_story import ADMINISTRATOR, APPLICANT, CLERK, Access
from demo.board_story import Board
from demo.person import Answered, Person
from demo.world import eventually
from testkit.provider import access_token

pytestmark = pytest.mark.acceptance


def refusal(ask: object) -> Answered:
    with pytest.raises(Answered) as caught:
        ask()  # type: ignore[operator]  # a call without arguments
    return caught.value


@pytest.fixture(scope="module")
def access(verified_board: Board) -> Iterator[Access]:
    made = Access(verified_board.world)
    yield made
    made.close()


@pytest.fixture(scope="module")
def clerk(access: Access) -> Person:
    """Invited before the first sign-in."""
    access.invite()
    return access.sign_in(CLERK, accept_terms=False)


def test_p4_5_until_the_texts_are_accepted_all_but_own_data_answers_403(clerk: Person) -> None:
    refused = refusal(lambda: clerk.ask("/listings"))
    for own in ("/my/business-information", "/my/pledgeable-holdings", "/my/notifications", "/my/terms"):
        clerk.ask(own)
    clerk.accept_terms()

    assert refused.status == 403
    assert refused.body["type"] == "urn:pledgeboard:problem:terms-not-accepted"
    assert set(refused.body["missing"]) <= {"guide", "privacy"}
    clerk.ask("/listings")


def test_p6_4_without_access_the_reason_and_the_way_are_named_everywhere(access: Access) -> None:
    for path in ("/listings", "/my/listings", "/my/pledgeable-holdings", "/conversations"):
        refused = refusal(lambda path=path: access.applicant.ask(path))

        assert (refused.status, refused.body["reason"]) == (403, "no_securities_account"), path
        assert refused.body["way"] == "open_an_account_or_apply"


def test_bx9_personal_data_is_asked_for_after_the_privacy_notice(access: Access) -> None:
    refused = refusal(access.state)
    access.applicant.accept_terms()

    assert (refused.status, refused.body["missing"]) == (403, ["privacy"])
    assert access.state().body["state"] == "draft"


def test_p6_2_an_application_needs_a_paper_of_a_known_kind(access: Access) -> None:
    incomplete = refusal(access.file)
    forged = refusal(lambda: access.attach(content=b"MZ\x90"))
    kept = access.attach().body

    assert (incomplete.status, incomplete.body["missing"]) == (409, ["attachments"])
    assert (forged.status, forged.body["errors"][0]["rule"]) == (422, "content")
    assert len(kept["sha256"]) == 64
    assert access.file().body["state"] == "filed"


def test_p6_3_a_reviewer_asks_for_more_and_the_applicant_answers(access: Access) -> None:
    application = access.claim()

    access.decide(application, "question", {"question": "资金来源？"})
    asked = access.own()
    access.answer()

    assert (asked["state"], access.own()["state"]) == ("more_asked", "filed")


def test_p6_4_while_it_is_under_review_the_reason_says_so(access: Access) -> None:
    def looked() -> bool | None:
        reason = refusal(lambda: access.applicant.ask("/listings")).body["reason"]
        return True if reason == "application_under_review" else None

    assert eventually(looked, what="the board has heard of the application")


def test_p6_3_approval_certifies_the_identity_and_opens_the_board_without_a_new_sign_in(access: Access) -> None:
    application = access.claim()

    decided = access.decide(application, "approval", expect=202).body
    access.until_open()

    assert decided["state"] == "certifying"
    assert access.own()["state"] == "approved"
    assert roles_of(access) == ["PL", "LE"]


def roles_of(access: Access) -> list[str]:
    """What the provider says of the applicant from now on: it was asked to certify."""
    token = access_token(access.world.issuer, APPLICANT)
    claims = httpx2.get(f"{access.world.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=20)
    found: list[str] = claims.json()["roles"]
    return found


def test_p5_3_without_a_holding_nobody_publishes_in_the_pledgor_area(access: Access) -> None:
    assert access.pledge_without_holding().body["type"] == "urn:pledgeboard:problem:no-holding"


def test_bx6_an_invited_login_acts_with_the_function_it_was_given(access: Access, clerk: Person) -> None:
    access.draft(clerk)
    access.assign("viewer")

    assert refusal(lambda: access.draft(clerk)).status == 403
    assert {one["user_id"]: one["function"] for one in access.users()}[CLERK] == "viewer"


def test_bx6_a_leavers_session_is_over_at_every_service_and_the_work_stays(access: Access, clerk: Person) -> None:
    access.disable(CLERK)

    for path in ("/my/listings", "/my/notifications", "/my/access-application", "/home"):
        assert access.until_ended(clerk, path).body["type"] == "urn:pledgeboard:problem:login-ended"
    assert access.administrator.ask("/my/listings", box="drafts").body["items"]


def test_bx6_the_last_administrator_cannot_leave(access: Access) -> None:
    refused = access.disable(ADMINISTRATOR, expect=409)

    assert refused.body["type"] == "urn:pledgeboard:problem:last-administrator"
