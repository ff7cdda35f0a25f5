"""Registration through the gateway: a case both sides keep, and the depository's day (P12.3, P17). One story."""

import pytest

from demo.board_story import Board
from demo.person import Answered
from demo.registration_story import Registration
from demo.stated import refusal_of
from demo.talk_story import Talk

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def registration(verified_board: Board, talk: Talk) -> Registration:
    """The two who talk agree, if they have not done so before; a third listing waits for a part of a registration."""
    if "needs_person" not in verified_board.listings:
        verified_board.publish("needs_person")
        verified_board.approve("needs_person", verified_board.world.person("reviewer-wang"))
        verified_board.until("needs_person", publication="published")
    made = Registration(verified_board, talk.listing, "lender")
    made.agree()
    made.opened()
    return made


def stated(registration: Registration, expected: str) -> dict[str, str]:
    """The registration of which this is expected."""
    found: list[dict[str, str]] = registration.board.world.manifest["registrations"]
    return next(one for one in found if one["expected"] == expected)


def test_p17_1_accepted_terms_open_one_case_that_both_sides_and_nobody_else_see(registration: Registration) -> None:
    sides = [registration.seen_by(one) for one in (registration.pledgor, registration.pledgee)]

    refused: Answered = refusal_of(
        lambda: registration.board.owner("over_available").ask(f"/registration-cases/{registration.case}")
    )
    audited = registration.board.world.person("auditor-gao").ask(f"/registration-cases/{registration.case}").body

    assert sides[0] == sides[1]
    assert sides[0]["variant"] == "SEC"
    assert refused.status == 404
    assert (audited["view"], "number" in audited) == ("metadata", False)


def test_p17_1_items_say_who_ticked_them_and_when(registration: Registration) -> None:
    registration.tick(registration.pledgor, "C-SEC-2", "质押合同 2026-017")

    item = next(one for one in registration.seen_by(registration.pledgee)["checklist"] if one["id"] == "C-SEC-2")

    assert item["evidence"] == "rule"
    assert (item["tick"]["by"], item["tick"]["reference"]) == (registration.pledgor.user, "质押合同 2026-017")


def test_p17_2_either_side_enters_the_number(registration: Registration) -> None:
    answer = registration.record(registration.pledgee, stated(registration, "moved")["number"])

    assert answer.body["stage"] == "filed"
    assert registration.seen_by(registration.pledgor)["number_by"] == registration.pledgee.user


def test_p12_3_the_depositorys_day_moves_both_listings_of_the_case(registration: Registration) -> None:
    registration.load_day()

    for name in (registration.listing, registration.lender):
        assert registration.board.until(name, state="pledged")["allowed_moves"] == ["expired"]
    assert registration.seen_by(registration.pledgee)["stage"] == "registered"


def test_p12_3_a_part_asks_the_owner_and_moves_nothing_by_itself(registration: Registration) -> None:
    asked = stated(registration, "asked")

    question = registration.until_asked(asked["listing"])

    assert (question["number"], question["coverage"]) == (asked["number"], "part")
    assert registration.board.standing(asked["listing"])["state"] in {"open", "negotiating"}
    assert registration.say(asked["listing"], asked["number"], is_it=True).body["state"] == "pledged"
