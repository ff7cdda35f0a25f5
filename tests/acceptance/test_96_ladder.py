"""The operator's ladder through the gateway, on every service within seconds (P4, P11.3). One story, in order.

It comes last: its deadlines move the clock on by days.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from demo import reference_story
from demo.board_story import SHANGHAI, Board
from demo.ladder_story import Ladder, refused_until
from demo.person import Answered, Person
from demo.stated import refusal_of
from demo.world import eventually

pytestmark = pytest.mark.acceptance
FAILING = "shrinks_next_day"


@dataclass
class Told:
    """What one test leaves to the next."""

    ladder: Ladder
    notices: dict[str, Any] = field(default_factory=dict)
    suspension: str = ""

    @property
    def suspended(self) -> Person:
        """Whose conduct a notice is about."""
        return self.ladder.board.owner("waits_for_snapshot")

    @property
    def reader(self) -> Person:
        """Somebody else with a listing in force."""
        return self.ladder.board.owner("lender")


@pytest.fixture(scope="module")
def told(verified_board: Board) -> Told:
    """A listing that the next day's holdings fail; a lender who reads details; a participant with a pledged listing."""
    for name in ("waits_for_snapshot", "lender", FAILING):
        if name not in verified_board.listings:
            verified_board.publish(name)
            if verified_board.candidate(name)["expected"] == "needs_person":
                verified_board.approve(name, verified_board.world.person("reviewer-wang"))
            verified_board.until(name, publication="published")
    if verified_board.standing("waits_for_snapshot")["state"] == "open":
        verified_board.move("waits_for_snapshot", "pledged")
    if verified_board.standing(FAILING)["last_check"] is None:
        stage = verified_board.world
        stage.stagehand.set_clock(_morning(verified_board) + timedelta(days=1))
        reference_story.load(stage, "holding", stage.manifest["today"])
    return Told(ladder=Ladder(verified_board))


def _morning(board: Board) -> datetime:
    return datetime.fromisoformat(board.world.manifest["today"]).replace(hour=10, tzinfo=SHANGHAI)


def told_of(person: Person, kind: str) -> dict[str, Any] | None:
    items: list[dict[str, Any]] = person.ask("/my/notifications").body["items"]
    return next((one for one in items if one["kind"] == kind), None)


def refused_with(answer: Answered) -> str:
    return str(answer.body["type"]).rpartition(":")[2]


def test_p11_3_the_failed_check_became_a_notice_its_owner_is_told_of(told: Told) -> None:
    notice = told.ladder.notice_on(FAILING)
    told.notices["rule"] = notice

    assert (notice["issued_by"], notice["ground"]["code"], notice["ground"]["steps"]) == (
        "rules",
        "B-AVAIL",
        ["restrict"],
    )
    stands = told.ladder.board.standing(FAILING)["demands"]
    assert [one["notice_id"] for one in stands] == [notice["id"]]


def test_p4_1_a_notice_on_conduct_is_answered_by_the_participant(told: Told) -> None:
    participant = told.suspended.ask("/my/business-information").body["participant_id"]
    issued = told.ladder.issue(
        {"kind": "participant", "id": participant}, kind="act", code="misuse", evidence="多次招揽场外业务",
        deadline_trading_days=1,
    ).body  # fmt: skip
    told.ladder.answer(told.suspended, issued["id"], "正在核实")
    told.notices["conduct"] = issued

    seen = told.ladder.reviewer.ask(f"/notices/{issued['id']}").body

    assert [(one["by"], one["text"]) for one in seen["answers"]] == [(told.suspended.user, "正在核实")]


def test_p4_2_no_step_before_the_deadline_and_overdue_by_the_clock(told: Told) -> None:
    early = refusal_of(lambda: told.ladder.propose(told.notices["rule"]["id"], "restrict"))

    for one in sorted(told.notices.values(), key=lambda one: str(one["deadline_at"])):
        told.ladder.let_deadline_pass(one["id"], one["deadline_at"])

    assert (early.status, refused_with(early)) == (409, "notice-not-overdue")


def test_p4_3_a_restriction_by_two_people_hides_the_listing_within_seconds(told: Told) -> None:
    before = told.ladder.shown(FAILING, told.reader)
    sanction = str(told.ladder.propose(told.notices["rule"]["id"], "restrict").body["id"])
    alone = refusal_of(lambda: told.ladder.decide(sanction, told.ladder.reviewer))
    without_factor = refusal_of(lambda: told.ladder.decide(sanction, told.ladder.board.world.person("supervisor-xu")))

    told.ladder.decide(sanction, told.ladder.supervisor)

    told.ladder.until_shown(FAILING, told.reader, shown=False)
    own = told.ladder.board.standing(FAILING)
    assert (before, alone.status, refused_with(without_factor)) == (True, 403, "step-up-needed")
    assert (own["visibility"], own["restrictions"][0]["ground"]["code"]) == ("restricted", "B-AVAIL")

    told.ladder.lift(sanction)
    told.ladder.until_shown(FAILING, told.reader, shown=True)


def test_p4_2_a_suspension_binds_at_every_service_but_for_what_remains(told: Told) -> None:
    listing = told.ladder.board.listings["waits_for_snapshot"]
    told.suspension = told.ladder.take(told.notices["conduct"]["id"], "suspend")

    at_the_board = refused_until(told.suspended, "POST", f"/listings/{listing}/state", {"target": "open"}, status=403)
    in_talk = refused_until(told.suspended, "POST", "/conversations", {"listing_id": listing}, status=403)
    told.suspended.tell("POST", "/my/administrator-conversation/messages", {"text": "请求说明"}, expect=201)

    assert (refused_with(at_the_board), refused_with(in_talk)) == ("only-what-a-notice-demands", "status-forbids")
    assert told.ladder.board.standing("waits_for_snapshot")["state"] == "pledged"
    (step,) = [one for one in told.suspended.ask("/my/sanctions").body["items"] if one["state"] == "in_force"]
    assert (step["step"], step["ground"]["code"]) == ("suspend", "misuse")
    assert eventually(lambda: told_of(told.suspended, "access-suspended"), what="the inbox of the suspended")


def test_p4_4_two_who_took_no_part_reverse_it_and_access_revives(told: Told) -> None:
    listing = told.ladder.board.listings["waits_for_snapshot"]
    told.ladder.appeal(told.suspended, told.suspension)
    again = refusal_of(lambda: told.ladder.appeal(told.suspended, told.suspension))

    told.ladder.reverse(told.suspension)

    refused = refused_until(told.suspended, "POST", f"/listings/{listing}/state", {"target": "open"}, status=409)
    assert (refused_with(again), refused_with(refused)) == ("already-appealed", "move-not-allowed")
