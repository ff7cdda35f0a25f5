"""Tells the monitor's part: what firms are told of their records, and the figures that follow the closes."""

from typing import Any

from demo.monitor_story import COMPARED, Monitor
from demo.screen import Screen
from demo.stated import require

_CONTRACTS_SHOWN = 3


def tell_monitor(monitor: Monitor, screen: Screen) -> None:
    """From firms without a topic to an alert that is raised and cleared.

    Raises:
        StoryBroken: a firm is told something else than the market states.
    """
    screen.chapter("六、报送与回执", "Submissions and receipts")
    for firm in monitor.world.manifest["firms"]:
        made = monitor.onboard(firm)
        screen.line(f"{firm['name']} 接入", "on board:", f"{made['submissions_topic']}, {made['receipts_topic']}")
    screen.line("四人两次复核", "proposed and approved by four people, two by two:", "DS + RS, SA + SE")
    _streamed(monitor, screen, "streams")
    for firm_id, held in monitor.release_pending().items():
        _conserved(screen, firm_id, held)
    _figures(monitor, screen)
    _lineage(monitor, screen)
    if monitor.streams("later_streams"):
        screen.chapter("八、此后开始的合约", "What began after the reporting day, up to the end of the files")
        _streamed(monitor, screen, "later_streams")
        for firm_id in monitor.credentials:
            _conserved(screen, firm_id, monitor.conservation(firm_id))


def _streamed(monitor: Monitor, screen: Screen, which: str) -> None:
    records = sum(one["records"] for one in monitor.streams(which))
    with screen.progress("报送入库", "records with an outcome", records) as bar:
        told = monitor.stream_all(which, progress=bar.reach)
    for firm_id, one in told.items():
        speed = f"{one['frames']} frames in {one['seconds']} s, {one['sent'] / one['seconds']:,.0f}/s"
        screen.line(f"{firm_id} 报送 {one['sent']:,} 条", speed)
        _outcomes(screen, firm_id, one, monitor.expected(firm_id, which))


def _outcomes(screen: Screen, firm_id: str, told: dict[str, Any], expected: dict[str, int]) -> None:
    screen.table(
        ("        outcome", "told", "stated"),
        [
            (f"        {name}", f"{told['outcomes'].get(name, 0):,}", f"{expected.get(name, 0):,}")
            for name in sorted({*told["outcomes"], *expected})
        ],
    )
    require(told["outcomes"] == expected, f"{firm_id}: told {told['outcomes']} by {told['rules']}, stated {expected}")
    require(told["tiled"], f"{firm_id}: the frames do not tile the offsets")


def _conserved(screen: Screen, firm_id: str, held: dict[str, Any]) -> None:
    require(bool(held["holds"]), f"{firm_id}: {held}")
    screen.line(
        f"{firm_id} 守恒", f"{held['topic_end']:,} offsets, lost {held['lost']} (R9)", held["days"][-1]["outcomes"]
    )


def _figures(monitor: Monitor, screen: Screen) -> None:
    screen.chapter("七、指标与预警", "Figures and alerts, replayed day by day")
    rows = []
    with screen.progress("逐日回放", "replaying closes", len(monitor.world.manifest["indicators"])) as bar:
        for stated, figures in monitor.replay():
            state = monitor.alert_state(stated["day"])
            rows.append((f"        {stated['day']}", *(figures[one]["value"]["shown"] for one in COMPARED), state))
            bar.step()
    screen.table(("        day", *COMPARED, "B11.2a"), rows)
    screen.line(f"{len(rows)} 日逐日与陈述一致", "every figure of every day equals what the market states, exactly")
    alert = monitor.alert()
    if alert is not None:
        story = monitor.analyst.ask(f"/alerts/{alert['id']}").body
        screen.line("借款人预警 B11.2a", f"alert {alert['id']}:", " -> ".join(_step(one) for one in story["history"]))


def _step(one: dict[str, Any]) -> str:
    return f"{one['business_date']} {one['change']} {one['level']}"


def _lineage(monitor: Monitor, screen: Screen) -> None:
    parts = monitor.parts("M9.3a", at_most=_CONTRACTS_SHOWN)
    stated = monitor.world.manifest["indicators"][-1]
    screen.line(
        "指标可下钻到合约", "a value opens its contracts (I3):", f"M9.3a, {stated['open_contracts']:,} contracts"
    )
    for one in parts:
        valued = one["valuation"]
        screen.note(f"{one['firm_id']}/{one['contract_id']}  {valued['level']}  {', '.join(valued['accessions'])}")
