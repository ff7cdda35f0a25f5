"""Tells the part of registration: the case both sides keep, and what the depository's day does to listings."""

from demo.board_story import Board
from demo.registration_story import Registration
from demo.screen import Screen
from demo.stated import require


def tell_registration(board: Board, screen: Screen) -> None:
    """From accepted terms to pledged listings.

    Raises:
        StoryBroken: a listing does not move as the market states.
    """
    screen.chapter("质押登记", "Registration at the depository")
    lender = next((one["name"] for one in board.candidates if one["area"] == "pledgee"), None)
    stated = {one["expected"]: one for one in board.world.manifest["registrations"]}
    if lender is None or stated.keys() != {"moved", "asked"}:
        screen.skipped("质押登记", "registration: this market states no two sides")
        return
    moved, asked = stated["moved"], stated["asked"]
    registration = Registration(board, moved["listing"], lender)
    _case(registration, screen, moved["number"])
    _day(registration, screen, moved["listing"], asked)


def _case(registration: Registration, screen: Screen, number: str) -> None:
    registration.agree()
    case = registration.opened()
    counted = len(case["checklist"])
    screen.line("双方接受同一轮条款，建立登记事项", "accepted terms open a registration case (P17.1)", case["id"])
    registration.tick(registration.pledgor, "C-SEC-2", "质押合同 2026-017")
    registration.tick(registration.pledgee, "C-SEC-3", "借款合同 2026-017")
    seen = registration.seen_by(registration.pledgor)
    ticked = [one for one in seen["checklist"] if one["tick"]]
    require(
        [one["tick"]["by"] for one in ticked] == [registration.pledgor.user, registration.pledgee.user], "who ticked"
    )
    screen.line(
        "核对清单双方可见，逐项注明依据与勾选人",
        "both sides see the checklist: who ticked what",
        f"{len(ticked)}/{counted}",
    )
    recorded = registration.record(registration.pledgee, number).body
    screen.line(
        "填写登记编号", "the number is entered by either side (P17.2)", f"{recorded['number']}  {recorded['stage']}"
    )


def _day(registration: Registration, screen: Screen, listing: str, asked: dict[str, str]) -> None:
    board = registration.board
    load = registration.load_day()
    for name in (listing, registration.lender):
        board.until(name, state="pledged")
    screen.line(
        "登记数据到达，双方信息转为已质押",
        f"the depository's day ({load['row_count']} rows): both listings of the case are pledged (P12.3)",
        registration.seen_by(registration.pledgor)["stage"],
    )
    question = registration.until_asked(asked["listing"])
    require(question["number"] == asked["number"], f"asked about {question['number']}, stated {asked['number']}")
    answered = registration.say(asked["listing"], asked["number"], is_it=True).body
    screen.line(
        "部分相符，询问发布人后确认", "a part asks the owner, who says it is (P12.3)", f"-> {answered['state']}"
    )
