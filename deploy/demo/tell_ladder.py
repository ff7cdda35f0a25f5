"""Tells the part of the operator's ladder: a failed check becomes a notice, a missed deadline a step, and its end."""

import time
from typing import Any

from demo.board_story import Board
from demo.ladder_story import Ladder, refused_until
from demo.screen import Screen
from demo.stated import refusal_of, require

_FORBIDDEN, _CONFLICT = 403, 409


def tell_ladder(board: Board, screen: Screen) -> None:
    """From a notice to a step that is lifted, and a suspension that an appeal reverses. Moves the clock on.

    Raises:
        StoryBroken: a step does not do what the guide says.
    """
    screen.chapter("催告与处置", "Notice, deadline, steps by two people, appeal")
    failing = board.expecting("fails_next_day")
    waiting = board.expecting("waits_then_published")
    lender = next((one["name"] for one in board.candidates if one["area"] == "pledgee"), None)
    if not failing or not waiting or lender is None:
        screen.skipped("催告与处置", "the ladder: nobody here fails the daily check")
        return
    ladder, name = Ladder(board), failing[0]["name"]
    notice = ladder.notice_on(name)
    if notice["deadline_at"] is None:
        screen.skipped("催告期限", "the calendar of these files ends before any deadline")
        return
    conduct = _issuing(ladder, screen, waiting[0], notice)
    _missing(ladder, screen, notice, conduct)
    _restricting(ladder, screen, name, lender, notice["id"])
    _suspending(ladder, screen, waiting[0]["name"], conduct["id"])


def _issuing(ladder: Ladder, screen: Screen, candidate: dict[str, Any], notice: dict[str, Any]) -> dict[str, Any]:
    screen.line(
        "日终复核未通过，自动催告更正",
        "the failed check became a notice (P11.3)",
        f"{notice['ground']['code']}, 期限 {notice['deadline_at'][:16]}",
    )
    owner = ladder.board.world.person(candidate["user"])
    participant = owner.ask("/my/business-information").body["participant_id"]
    issued: dict[str, Any] = ladder.issue(
        {"kind": "participant", "id": participant}, kind="act", code="misuse", evidence="多次以平台信息招揽场外业务",
        deadline_trading_days=1,
    ).body  # fmt: skip
    ladder.answer(owner, issued["id"], "已收到，正在核实")
    screen.line("审核员就行为签发催告，用户答复", "a reviewer's notice on conduct, answered (P4.1)", issued["id"])
    return issued


def _missing(ladder: Ladder, screen: Screen, notice: dict[str, Any], conduct: dict[str, Any]) -> None:
    early = refusal_of(lambda: ladder.propose(notice["id"], "restrict"))
    require(early.status == _CONFLICT, f"a step before the deadline got {early.status}")
    screen.line("期限未满不得处置", "no step before the deadline (P4.2):", early.body["title"])
    for one in sorted((notice, conduct), key=lambda one: str(one["deadline_at"])):
        ladder.let_deadline_pass(one["id"], one["deadline_at"])
    screen.line("交易日届满，催告逾期", "the trading days are over: overdue by the clock")


def _restricting(ladder: Ladder, screen: Screen, name: str, lender: str, notice: str) -> None:
    reader = ladder.board.owner(lender)
    require(ladder.shown(name, reader), f"{name} is shown before the step")
    sanction = str(ladder.propose(notice, "restrict").body["id"])
    alone = refusal_of(lambda: ladder.decide(sanction, ladder.reviewer))
    require(alone.status == _FORBIDDEN, f"who proposed and approved got {alone.status}")
    ladder.decide(sanction, ladder.supervisor)
    began = time.monotonic()
    ladder.until_shown(name, reader, shown=False)
    screen.line(
        "一人提出、另一人批准，限制展示",
        "one proposes, another approves: hidden from others (P4.3)",
        f"{(time.monotonic() - began) * 1000:.0f} ms",
    )
    (why,) = ladder.board.standing(name)["restrictions"]
    screen.note(f"发布人可见理由 its owner sees why: {why['ground']['message_zh']}")
    ladder.lift(sanction)
    ladder.until_shown(name, reader, shown=True)
    screen.line("同样由两人解除，恢复展示", "lifted the same way, shown again")


def _suspending(ladder: Ladder, screen: Screen, name: str, notice: str) -> None:
    owner, listing = ladder.board.owner(name), ladder.board.listings[name]
    sanction = ladder.take(notice, "suspend")
    at_the_board = refused_until(owner, "POST", f"/listings/{listing}/state", {"target": "open"}, status=_FORBIDDEN)
    in_talk = refused_until(owner, "POST", "/conversations", {"listing_id": listing}, status=_FORBIDDEN)
    screen.line(
        "暂停使用，各服务数秒内生效", "suspended: every service refuses within seconds", at_the_board.body["title"]
    )
    screen.note(f"私密洽谈 private talk: {in_talk.body['title']}")
    owner.tell("POST", "/my/administrator-conversation/messages", {"text": "请求说明"}, expect=201)
    ladder.appeal(owner, sanction)
    screen.line("仍可与管理员会话并申诉", "the administrator and one appeal remain (P4.4)")
    ladder.reverse(sanction)
    # Pledged, it cannot be opened again: who may ask is told so, and no longer that the status forbids it.
    refused_until(owner, "POST", f"/listings/{listing}/state", {"target": "open"}, status=_CONFLICT)
    screen.line("两名未参与人员撤销，资格恢复", "two who took no part reverse it: access revives")
