"""The board's core, clause by clause, through the gateway. Tests run in order: they are one story."""

import secrets
from decimal import Decimal

import pytest

from demo import reference_story
from demo.board_story import Board
from demo.person import Answered, Person
from demo.world import eventually

pytestmark = pytest.mark.acceptance


def refusal(ask: object) -> Answered:
    with pytest.raises(Answered) as caught:
        ask()  # type: ignore[operator]  # a call without arguments
    return caught.value


def test_p6_1_a_user_with_a_securities_account_has_access_at_the_first_request(board: Board) -> None:
    first = board.world.person("chen-wei").ask("/my/pledgeable-holdings")

    assert first.status == 200


def test_p6_4_without_an_account_the_answer_names_the_reason_and_the_way(board: Board) -> None:
    refused = refusal(lambda: board.world.person("sun-li", accept_terms=False).ask("/my/pledgeable-holdings"))

    assert refused.status == 403
    assert refused.body["type"].startswith("urn:pledgeboard:problem:")


def test_p7_2_missing_business_information_is_named_before_the_first_submission(board: Board) -> None:
    viewer = board.world.person("chen-wei").ask("/my/business-information")

    assert viewer.body["missing"] == []


def test_p10_0_restricted_parts_are_deductions_and_never_selectable(board: Board) -> None:
    positions = board.world.person("liu-yang").ask("/my/pledgeable-holdings").body["positions"]

    stated = board.candidate("over_available")["deductions"]
    (one,) = [one for one in positions if one["security"] == board.candidate("over_available")["lines"][0]["security"]]
    assert Decimal(one["available"]) == Decimal(stated["available"])
    assert Decimal(one["held"]) == Decimal(stated["held"])


def test_p11_1_a_listing_waits_while_the_right_days_snapshot_is_missing(board: Board) -> None:
    board.publish("waits_for_snapshot")

    def waits_for() -> str | None:
        version = board.standing("waits_for_snapshot")["under_review"]
        return version["waits_for"] if version else None

    assert eventually(waits_for, what="it says what it waits for") == board.world.manifest["quiet_days"][-1]


def test_p11_1_it_is_published_when_the_snapshot_is_complete(verified_board: Board) -> None:
    verified_board.until("waits_for_snapshot", publication="published", state="open")


def test_p4_6_a_submission_without_the_declaration_of_this_content_is_refused(verified_board: Board) -> None:
    drafted = verified_board.draft("clean")
    person, path = verified_board.owner("clean"), f"/listings/{verified_board.listings['clean']}"
    declaration = {"accepted": True, "text_version": "1", "content_hash": "0" * 64}

    refused = refusal(
        lambda: person.tell(
            "POST", f"{path}/submission", {"declaration": declaration}, expect=202, if_match=drafted.etag
        )
    )

    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == "/declaration/content_hash"


def test_p11_2_a_clean_listing_is_published_by_itself(verified_board: Board) -> None:
    verified_board.submit("clean")

    verified_board.until("clean", publication="published", state="open")


def test_p10_1_a_line_above_the_available_quantity_is_returned_with_each_deduction(verified_board: Board) -> None:
    verified_board.publish("over_available")

    (reason,) = verified_board.until("over_available", publication="returned")["returned"]["reasons"]

    stated = verified_board.candidate("over_available")["deductions"]
    assert reason["pointer"] == "/lines/0/quantity"
    assert Decimal(reason["available"]) == Decimal(stated["available"])
    deductions = {name: Decimal(quantity) for name, quantity in reason["deductions"].items()}
    assert deductions == {
        "frozen": Decimal(stated["frozen_quantity"]),
        "pledged": Decimal(stated["pledged"]),
        "settlement_collateral": Decimal(stated["settlement_collateral"]),
        "other_restricted": Decimal(stated["other_restricted"]),
    }


@pytest.mark.parametrize("name", ["needs_person", "lender"])
def test_p11_9_a_listing_that_needs_a_person_is_claimed_and_approved(verified_board: Board, name: str) -> None:
    verified_board.publish(name)

    verified_board.approve(name, verified_board.world.person("reviewer-wang"))

    verified_board.until(name, publication="published")


def test_p14_1_others_see_a_summary_without_identity_or_account(verified_board: Board) -> None:
    items = verified_board.owner("lender").ask("/listings").body["items"]

    found = next(one for one in items if one["id"] == verified_board.listings["clean"])
    assert not {"participant_id", "account", "account_ref", "contact_person", "name"} & found.keys()
    assert found["state"] == "open"


def test_p14_2_details_need_a_listing_in_force_of_ones_own(verified_board: Board) -> None:
    path = f"/listings/{verified_board.listings['clean']}"

    refused = refusal(lambda: verified_board.owner("over_available").ask(path))
    detail = verified_board.owner("lender").ask(path)

    assert refused.status == 403
    assert detail.body["view"] == "detail"


def test_p12_1_the_four_states_move_as_the_guide_allows(verified_board: Board) -> None:
    for target in ("negotiating", "open", "negotiating", "pledged"):
        assert verified_board.move("waits_for_snapshot", target).body["state"] == target


@pytest.mark.parametrize("target", ["open", "negotiating"])
def test_p12_4_an_illegal_move_answers_409_with_the_allowed_ones_and_changes_nothing(
    verified_board: Board, target: str
) -> None:
    before = verified_board.standing("waits_for_snapshot")

    refused = refusal(lambda: verified_board.move("waits_for_snapshot", target))

    assert refused.status == 409
    assert "open" not in str(refused.body.get("allowed_moves", refused.body.get("allowed")))
    assert verified_board.standing("waits_for_snapshot")["revision"] == before["revision"]


def test_p12_4_a_retried_command_with_the_same_key_is_one_command(verified_board: Board) -> None:
    person, path = verified_board.owner("clean"), f"/listings/{verified_board.listings['clean']}/state"
    key = secrets.token_hex(16)

    first = person.tell("POST", path, {"target": "negotiating"}, expect=200, key=key)
    again = person.tell("POST", path, {"target": "negotiating"}, expect=200, key=key)

    assert again.body == first.body


def test_another_participants_draft_is_404(verified_board: Board) -> None:
    verified_board.draft("shrinks_next_day")

    refused = refusal(
        lambda: verified_board.owner("lender").ask(f"/listings/{verified_board.listings['shrinks_next_day']}")
    )

    assert refused.status == 404


def test_p10_2_the_same_units_cannot_stand_in_two_listings(verified_board: Board) -> None:
    verified_board.submit("shrinks_next_day")
    verified_board.until("shrinks_next_day", publication="published")
    first = verified_board.listings["shrinks_next_day"]
    verified_board.draft("shrinks_next_day")

    refused = refusal(lambda: verified_board.submit("shrinks_next_day"))

    verified_board.listings["shrinks_next_day"] = first
    assert refused.status == 409


def test_p12_2_validity_that_ends_while_the_service_is_down_expires_the_listing(verified_board: Board) -> None:
    verified_board.publish("expires_today")
    verified_board.until("expires_today", publication="published")

    verified_board.let_expire("expires_today")

    assert verified_board.standing("expires_today")["allowed_moves"] == []


def test_p11_3_the_next_days_snapshot_fails_a_live_listing_with_its_shortfall(verified_board: Board) -> None:
    reference_story.load(verified_board.world, "holding", verified_board.world.manifest["today"])

    def failed() -> list[dict[str, str]] | None:
        check = verified_board.standing("shrinks_next_day")["last_check"]
        return check["reasons"] if check and not check["passed"] else None

    (reason,) = eventually(failed, what="the daily check fails it")
    assert Decimal(reason["held"]) == Decimal(verified_board.candidate("shrinks_next_day")["held_next_day"])


def test_a_malformed_reference_file_names_line_and_column_and_loads_nothing(
    verified_board: Board, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("bad") / "price.csv"
    file.write_text("market,security,close,traded\nSSE,600000,10.00,true\nSSE,600001,ten,true\n")
    steward: Person = verified_board.world.steward

    refused = refusal(lambda: steward.load("price", file, told={"business_date": "2026-03-02"}))

    assert refused.status == 422
    assert [one["pointer"] for one in refused.body["errors"]] == ["/lines/3/close"]
