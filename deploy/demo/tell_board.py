"""Tells the board's part: each listing as the market expects it to end; a part that no listing plays is named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from demo import reference_story
from demo.board_story import Board
from demo.screen import Screen
from demo.stated import StoryBroken, refusal_of, require
from demo.world import eventually

_FORBIDDEN, _CONFLICT = 403, 409
_SUMMARIES_SHOWN = 3
# What a listing can be expected to do, and what the story is without one that does.
PARTS = {
    "waits_then_published": ("等待快照", "a listing that waits for its snapshot"),
    "published": ("自动发布", "a listing published by itself"),
    "returned": ("退回", "a listing that is returned"),
    "needs_person": ("人工审核", "a listing that needs a person"),
    "published_then_expired": ("到期失效", "a listing that expires"),
    "fails_next_day": ("次日复核未通过", "a listing that the next day's holdings fail"),
}


def tell_board(board: Board, screen: Screen, morning: datetime) -> None:
    """From the first listing to the day after.

    Raises:
        StoryBroken: a listing does not do what the market expects of it.
    """
    _publishing(board, screen)
    _reading(board, screen)
    _moving(board, screen)
    _ending(board, screen, morning)


def _publishing(board: Board, screen: Screen) -> None:
    screen.chapter("二、发布与核验", "Publishing, verified against the right day's holdings")
    users = dict.fromkeys(one["user"] for one in board.candidates)
    for user in users:
        board.introduce(board.world.person(user))
    screen.line(
        f"{len(users)} 位参与人首次登录即获准使用", f"{len(users)} participants have access at first sign-in (P6.1)"
    )
    for part, (zh, en) in PARTS.items():
        if not board.expecting(part):
            screen.skipped(zh, f"{en}: this market states none")
    _told_while_a_snapshot_is_missing(board, screen)
    for one in board.candidates:
        if one["expected"] != "waits_then_published":
            _telling(one)(board, screen, one["name"])


def _telling(candidate: dict[str, Any]) -> Callable[[Board, Screen, str], None]:
    expected = candidate["expected"]
    if expected not in _TELLING:
        raise StoryBroken(f"{candidate['name']}: nobody knows how to tell {expected}")
    return _TELLING[expected]


def _told_while_a_snapshot_is_missing(board: Board, screen: Screen) -> None:
    """Those that wait come before the last quiet day's holdings are loaded; all others need these."""
    waiting = [one["name"] for one in board.expecting("waits_then_published")]
    for name in waiting:
        board.publish(name)
        version = eventually(lambda name=name: _waiting(board, name), what=f"{name} waits for the snapshot")  # type: ignore[misc]
        screen.line(
            "缺少前一交易日持有快照，等待",
            f"waits for the snapshot of {version['waits_for']} (P11.1)",
            board.listings[name],
        )
    load = reference_story.load(board.world, "holding", board.world.manifest["quiet_days"][-1])
    for name in waiting:
        found = board.until(name, publication="published")
        screen.line(
            "快照到齐，自动发布", f"the snapshot is complete ({load['row_count']:,} rows): published", found["id"]
        )


def _waiting(board: Board, name: str) -> dict[str, Any] | None:
    version: dict[str, Any] | None = board.standing(name)["under_review"]
    return version if version and version["waits_for"] else None


def _published_by_itself(board: Board, screen: Screen, name: str) -> None:
    board.publish(name)
    found = board.until(name, publication="published", state="open")
    screen.line("规则全部通过，自动发布", f"{name}: every rule passes, published by itself (P11.2)", found["id"])


def _returned(board: Board, screen: Screen, name: str) -> None:
    board.publish(name)
    (reason,) = board.until(name, publication="returned")["returned"]["reasons"]
    screen.line("超出可用数量，退回", "above the available quantity: returned (P10.1)", reason["pointer"])
    screen.note(reason["message_zh"])
    screen.note(", ".join(f"{name} {quantity}" for name, quantity in sorted(reason["deductions"].items())))
    stated = board.candidate(name)["deductions"]
    require(float(reason["available"]) == stated["available"], f"available is {reason['available']}, stated {stated}")


def _approved(board: Board, screen: Screen, name: str) -> None:
    board.publish(name)
    eventually(lambda: _needs_person(board, name), what=f"{name} waits for a person")
    user = board.candidate(name)["user"]
    screen.line("需人工审核，进入队列", f"{user}: a rule asks for a person (P11.9)", board.listings[name])
    board.approve(name, board.world.person("reviewer-wang"))
    board.until(name, publication="published")
    screen.line("审核员认领并通过", "claimed and approved by a reviewer: published")


def _needs_person(board: Board, name: str) -> bool | None:
    version = board.standing(name)["under_review"]
    return True if version and version["progress"] == "needs_person" else None


_TELLING: dict[str, Callable[[Board, Screen, str], None]] = {
    "published": _published_by_itself,
    "published_then_expired": _published_by_itself,
    "fails_next_day": _published_by_itself,
    "returned": _returned,
    "needs_person": _approved,
}


def _reading(board: Board, screen: Screen) -> None:
    screen.chapter("三、谁看到什么", "Who sees what")
    lender = next((one for one in board.candidates if one["area"] == "pledgee"), None)
    if lender is None:
        screen.skipped("出资方看到摘要", "what a lender sees: this market has none")
    else:
        person = board.owner(lender["name"])
        items = eventually(lambda: person.ask("/listings").body["items"] or None, what="the lender sees summaries")
        screen.line("出资方看到摘要", "a lender sees summaries, no identity (P14.1)", f"{len(items)}")
        for one in items[:_SUMMARIES_SHOWN]:
            screen.note(f"{one['id']}  {one['side'] if 'side' in one else one.get('area')}  {one['state']}")
    pair = outsider_and_listing(board.candidates)
    if pair is None:
        screen.skipped("看不到详情", "who sees no detail: nobody here is without a listing in force")
        return
    user, name = pair
    reader, listing = board.world.person(user), board.listings[name]
    refused = refusal_of(lambda: reader.ask(f"/listings/{listing}"))
    require(refused.status == _FORBIDDEN, f"a reader without a listing in force got {refused.status}")
    screen.line("自己没有有效发布者看不到详情", "no detail without a listing in force (P14.2)", refused.body["title"])


def outsider_and_listing(candidates: list[dict[str, Any]]) -> tuple[str, str] | None:
    """Somebody all of whose listings are returned, and a listing in force of somebody else, if there are such."""
    in_force = {one["user"]: one["name"] for one in reversed(candidates) if one["expected"] != "returned"}
    outsider = next((one["user"] for one in candidates if one["user"] not in in_force), None)
    listing = next((one["name"] for one in candidates if one["expected"] == "published"), None)
    return None if outsider is None or listing is None else (outsider, listing)


def _moving(board: Board, screen: Screen) -> None:
    screen.chapter("四、四种状态", "The four states")
    moved = [*board.expecting("waits_then_published"), *board.expecting("published")]
    if not moved:
        screen.skipped("四种状态", "the four states: no listing is in force")
        return
    name = moved[0]["name"]
    for target in ("negotiating", "open", "negotiating", "pledged"):
        found = board.move(name, target).body
        screen.line("状态变更", f"-> {found['state']} (P12.1), allowed now:", ", ".join(found["allowed_moves"]) or "-")
    refused = refusal_of(lambda: board.move(name, "open"))
    require(refused.status == _CONFLICT, f"an illegal move got {refused.status}")
    screen.line(
        "已质押不可恢复待洽谈", "an illegal move is refused (P12.4):", f"{refused.status} {refused.body['title']}"
    )


def _ending(board: Board, screen: Screen, morning: datetime) -> None:
    screen.chapter("五、次日", "The next day")
    for one in board.expecting("published_then_expired"):
        found = board.let_expire(one["name"])
        screen.line(
            "到期时服务停机，恢复后自动失效", "validity ended while the service was down (P12.2)", found["state"]
        )
    board.world.stagehand.set_clock(morning + timedelta(days=1))
    reference_story.load(board.world, "holding", board.world.manifest["today"])
    for one in board.expecting("fails_next_day"):
        _fails(board, screen, one["name"])


def _fails(board: Board, screen: Screen, name: str) -> None:
    failed = eventually(lambda: _failed_check(board, name), what=f"the daily check fails {name}")
    screen.line(
        "当日持有减少，复核未通过", "the day's snapshot fails one live listing (P11.3)", failed["snapshot_date"]
    )
    for reason in failed["reasons"]:
        screen.note(reason["message_zh"])


def _failed_check(board: Board, name: str) -> dict[str, Any] | None:
    check = board.standing(name)["last_check"]
    return check if check and not check["passed"] else None
