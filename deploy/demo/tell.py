"""Tells the whole story on the screen; every figure is asked of the platform, and compared with what was stated."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from demo import reference_story
from demo.board_story import SHANGHAI, Board
from demo.monitor_story import COMPARED, Monitor
from demo.person import Answered
from demo.screen import Screen
from demo.world import World, eventually

_FORBIDDEN, _CONFLICT = 403, 409


class StoryBroken(AssertionError):
    """Something is not as stated. The platform is wrong, or the story is: either way it must not pass unseen."""


def tell(world: World, screen: Screen, folder: Path) -> None:
    """The story, from an empty platform to an alert that is raised and cleared.

    Raises:
        StoryBroken: a result differs from what the market states.
    """
    morning = datetime.fromisoformat(world.manifest["today"]).replace(hour=10, tzinfo=SHANGHAI)
    world.stagehand.set_clock(morning)
    _references(world, screen)
    board = Board(world)
    _publishing(board, screen)
    _reading(board, screen)
    _moving(board, screen)
    _ending(board, screen, morning)
    _monitoring(Monitor(world, folder), screen)


def _references(world: World, screen: Screen) -> None:
    screen.chapter("一、基准数据", "Reference data, as snapshots")
    loads = reference_story.load_market(world)
    for kind in ("calendar", "security", "corporate_action", "price", "holding"):
        of_kind = [one for one in loads if one["kind"] == kind]
        rows = sum(one["row_count"] for one in of_kind)
        days = f"{of_kind[0]['business_date']} … {of_kind[-1]['business_date']}"
        screen.line(f"{kind}", f"{len(of_kind)} complete snapshot(s), {days}", f"{rows:,} 行 rows")


def _publishing(board: Board, screen: Screen) -> None:
    screen.chapter("二、发布与核验", "Publishing, verified against the right day's holdings")
    for user in ("chen-wei", "liu-yang", "zhao-min", "dong-hai-operator", "hua-tong-lender"):
        board.introduce(board.world.person(user))
    screen.line("五位参与人首次登录即获准使用", "five participants have access at first sign-in (P6.1)")
    _waits(board, screen)
    _published_by_itself(board, screen)
    _returned(board, screen)
    _approved(board, screen, "needs_person", "dong-hai-operator")
    _approved(board, screen, "lender", "hua-tong-lender")


def _waits(board: Board, screen: Screen) -> None:
    board.publish("waits_for_snapshot")
    waiting = eventually(lambda: board.standing("waits_for_snapshot")["under_review"], what="it is under review")
    day = eventually(lambda: _waited_for(board), what="it waits for the snapshot")
    screen.line("缺少前一交易日持有快照，等待", f"waits for the snapshot of {day} (P11.1)", waiting["version"])
    load = reference_story.load(board.world, "holding", board.world.manifest["quiet_days"][-1])
    found = board.until("waits_for_snapshot", publication="published")
    screen.line("快照到齐，自动发布", f"the snapshot is complete ({load['row_count']:,} rows): published", found["id"])


def _waited_for(board: Board) -> str | None:
    version = board.standing("waits_for_snapshot")["under_review"]
    return None if version is None else version["waits_for"]


def _published_by_itself(board: Board, screen: Screen) -> None:
    for name in ("clean", "shrinks_next_day", "expires_today"):
        board.publish(name)
        found = board.until(name, publication="published", state="open")
        screen.line("规则全部通过，自动发布", "every rule passes: published by itself (P11.2)", found["id"])


def _returned(board: Board, screen: Screen) -> None:
    board.publish("over_available")
    (reason,) = board.until("over_available", publication="returned")["returned"]["reasons"]
    screen.line("超出可用数量，退回", "above the available quantity: returned (P10.1)", reason["pointer"])
    screen.note(reason["message_zh"])
    screen.note(", ".join(f"{name} {quantity}" for name, quantity in sorted(reason["deductions"].items())))
    stated = board.candidate("over_available")["deductions"]
    _require(float(reason["available"]) == stated["available"], f"available is {reason['available']}, stated {stated}")


def _approved(board: Board, screen: Screen, name: str, user: str) -> None:
    board.publish(name)
    eventually(lambda: _needs_person(board, name), what=f"{name} waits for a person")
    screen.line("需人工审核，进入队列", f"{user}: a rule asks for a person (P11.9)", board.listings[name])
    board.approve(name, board.world.person("reviewer-wang"))
    board.until(name, publication="published")
    screen.line("审核员认领并通过", "claimed and approved by a reviewer: published")


def _needs_person(board: Board, name: str) -> bool | None:
    version = board.standing(name)["under_review"]
    return True if version and version["progress"] == "needs_person" else None


def _reading(board: Board, screen: Screen) -> None:
    screen.chapter("三、谁看到什么", "Who sees what")
    lender = board.owner("lender")
    items = eventually(lambda: lender.ask("/listings").body["items"] or None, what="the lender sees summaries")
    screen.line("出资方看到摘要", "a lender sees summaries, no identity (P14.1)", f"{len(items)}")
    for one in items[:3]:
        screen.note(f"{one['id']}  {one['side'] if 'side' in one else one.get('area')}  {one['state']}")
    reader, listing = board.owner("over_available"), board.listings["clean"]
    refused = _answer(lambda: reader.ask(f"/listings/{listing}"))
    _require(refused.status == _FORBIDDEN, f"a reader without a listing in force got {refused.status}")
    screen.line("自己没有有效发布者看不到详情", "no detail without a listing in force (P14.2)", refused.body["title"])


def _moving(board: Board, screen: Screen) -> None:
    screen.chapter("四、四种状态", "The four states")
    for target in ("negotiating", "open", "negotiating", "pledged"):
        found = board.move("waits_for_snapshot", target).body
        screen.line("状态变更", f"-> {found['state']} (P12.1), allowed now:", ", ".join(found["allowed_moves"]) or "-")
    refused = _answer(lambda: board.move("waits_for_snapshot", "open"))
    _require(refused.status == _CONFLICT, f"an illegal move got {refused.status}")
    screen.line(
        "已质押不可恢复待洽谈", "an illegal move is refused (P12.4):", f"{refused.status} {refused.body['title']}"
    )


def _ending(board: Board, screen: Screen, morning: datetime) -> None:
    screen.chapter("五、次日", "The next day")
    found = board.let_expire("expires_today")
    screen.line("到期时服务停机，恢复后自动失效", "validity ended while the service was down (P12.2)", found["state"])
    board.world.stagehand.set_clock(morning + timedelta(days=1))
    reference_story.load(board.world, "holding", board.world.manifest["today"])
    failed = eventually(lambda: _failed_check(board), what="the daily check fails one listing")
    screen.line(
        "当日持有减少，复核未通过", "the day's snapshot fails one live listing (P11.3)", failed["snapshot_date"]
    )
    for reason in failed["reasons"]:
        screen.note(reason["message_zh"])


def _failed_check(board: Board) -> dict[str, Any] | None:
    check = board.standing("shrinks_next_day")["last_check"]
    return check if check and not check["passed"] else None


def _monitoring(monitor: Monitor, screen: Screen) -> None:
    screen.chapter("六、报送与回执", "Submissions and receipts")
    for firm in monitor.world.manifest["firms"]:
        made = monitor.onboard(firm)
        screen.line(f"{firm['name']} 接入", "on board:", f"{made['submissions_topic']}, {made['receipts_topic']}")
    for assumption in monitor.world.manifest["assumptions"]:
        screen.note(f"假设 {assumption['zh']} / {assumption['en']}")
    for firm_id, told in monitor.stream_all().items():
        screen.line(f"{firm_id} 报送 {told['sent']:,} 条", f"{told['frames']} frames in {told['seconds']} s", "")
        _outcomes(monitor, screen, firm_id, told)
    for firm_id, held in monitor.release_pending().items():
        _require(bool(held["holds"]), f"{firm_id}: {held}")
        screen.line(
            f"{firm_id} 守恒", f"{held['topic_end']} offsets, lost {held['lost']} (R9)", held["days"][-1]["outcomes"]
        )
    _figures(monitor, screen)
    _lineage(monitor, screen)


def _outcomes(monitor: Monitor, screen: Screen, firm_id: str, told: dict[str, Any]) -> None:
    expected = monitor.expected(firm_id)
    screen.table(
        ("        outcome", "told", "stated"),
        [
            (f"        {name}", told["outcomes"].get(name, 0), expected.get(name, 0))
            for name in sorted({*told["outcomes"], *expected})
        ],
    )
    _require(told["outcomes"] == expected, f"{firm_id}: told {told['outcomes']}, stated {expected}")
    _require(told["tiled"], f"{firm_id}: the frames do not tile the offsets")


def _figures(monitor: Monitor, screen: Screen) -> None:
    screen.chapter("七、指标与预警", "Figures and alerts, replayed day by day")
    rows = []
    with screen.progress("逐日回放", "replaying closes", len(monitor.world.manifest["indicators"])) as bar:
        for stated, figures in monitor.replay():
            state = monitor.alert_state(stated["day"])
            rows.append((f"        {stated['day']}", *(figures[one]["value"]["shown"] for one in COMPARED), state))
            bar.step()
    screen.table(("        day", *COMPARED, "B11.2a"), rows)
    alert = monitor.alert()
    if alert is not None:
        story = monitor.analyst.ask(f"/alerts/{alert['id']}").body
        screen.line("借款人预警 B11.2a", f"alert {alert['id']}:", " -> ".join(_step(one) for one in story["history"]))


def _step(one: dict[str, Any]) -> str:
    return f"{one['business_date']} {one['change']} {one['level']}"


def _lineage(monitor: Monitor, screen: Screen) -> None:
    parts = monitor.parts("M9.3a")
    screen.line("指标可下钻到合约", "a value opens its contracts (I3):", f"M9.3a = {len(parts)} contracts")
    for one in parts[:3]:
        valued = one["valuation"]
        screen.note(f"{one['firm_id']}/{one['contract_id']}  {valued['level']}  {', '.join(valued['accessions'])}")


def _answer(ask: Any) -> Answered:
    """The refusal that a call is expected to meet."""
    try:
        ask()
    except Answered as answered:
        return answered
    raise StoryBroken("a refusal was expected")


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence: require this, otherwise that
    if not holds:
        raise StoryBroken(otherwise)
