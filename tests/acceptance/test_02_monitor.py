"""The monitor's core, clause by clause: firms stream with their own credentials, the regulator reads. One story."""

import asyncio
import json
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from demo.board_story import Board
from demo.firm_machine import read_receipts
from demo.monitor_story import COMPARED, Monitor
from demo.person import Answered
from demo.world import eventually
from submissions.frames import Frame

pytestmark = pytest.mark.acceptance
FIRMS = ("F001", "F002")


@pytest.fixture(scope="module")
def told(monitor: Monitor) -> dict[str, dict[str, Any]]:
    return monitor.stream_all()


@pytest.mark.parametrize("firm", FIRMS)
def test_r1_every_record_has_exactly_the_outcome_that_is_stated_for_it(
    told: dict[str, dict[str, Any]], monitor: Monitor, firm: str
) -> None:
    assert told[firm]["outcomes"] == monitor.expected(firm)


@pytest.mark.parametrize("firm", FIRMS)
def test_r2_frames_tile_the_offsets(told: dict[str, dict[str, Any]], firm: str) -> None:
    assert told[firm]["tiled"]


@pytest.mark.parametrize("firm", FIRMS)
def test_r7_gaps_open_and_close_as_stated(told: dict[str, dict[str, Any]], monitor: Monitor, firm: str) -> None:
    (stream,) = (one for one in monitor.world.manifest["streams"] if one["firm_id"] == firm)

    assert told[firm]["gaps"] == stream["gaps"]


@pytest.mark.parametrize("firm", FIRMS)
def test_r4_every_planted_case_breaks_the_rule_it_is_meant_for(
    told: dict[str, dict[str, Any]], monitor: Monitor, firm: str
) -> None:
    (stream,) = (one for one in monitor.world.manifest["streams"] if one["firm_id"] == firm)
    meant = {rule for case in stream["planted"] for rule in case["rules"]}

    assert meant <= set(told[firm]["rules"])


@pytest.fixture(scope="module")
def released(told: dict[str, dict[str, Any]], monitor: Monitor) -> dict[str, dict[str, Any]]:
    return monitor.release_pending()


@pytest.mark.parametrize("firm", FIRMS)
def test_r8_pending_records_are_decided_as_stated_when_the_reference_arrives(
    released: dict[str, dict[str, Any]], monitor: Monitor, firm: str
) -> None:
    stated = Counter(monitor.expected(firm))
    stated["ACCEPTED"] += stated.pop("PENDING_REFERENCE")

    decided = sum((Counter(day["outcomes"]) for day in released[firm]["days"]), Counter[str]())

    assert +decided == stated


@pytest.mark.parametrize("firm", FIRMS)
def test_r8_the_firm_reads_the_decision_in_an_update_frame_of_its_own_topic(
    released: dict[str, dict[str, Any]], monitor: Monitor, firm: str
) -> None:
    credentials = json.loads(monitor.credentials[firm].read_text())

    def updated() -> list[Frame] | None:
        frames = asyncio.run(read_receipts(credentials))
        return (
            frames if any(item.link is None for one in frames if one.kind == "update" for item in one.items) else None
        )

    frames = eventually(updated, what=f"{firm} is told of its pending records")

    items = {
        kind: [item for one in frames if one.kind == kind for item in one.items if item.link is None]
        for kind in ("slice", "update")
    }
    waited = [one.accession for one in items["slice"] if one.outcome == "PENDING_REFERENCE"]
    assert len(waited) == monitor.expected(firm)["PENDING_REFERENCE"]
    assert [(one.accession, one.outcome) for one in items["update"]] == [(one, "ACCEPTED") for one in waited]
    sequences = [one.sequence for one in frames if one.part == 1]
    assert sequences == list(range(1, len(sequences) + 1))


@pytest.mark.parametrize("firm", FIRMS)
def test_r9_nothing_is_lost_and_nothing_counted_twice(
    told: dict[str, dict[str, Any]], monitor: Monitor, firm: str
) -> None:
    found = monitor.conservation(firm)

    assert found["holds"]
    assert found["lost"] == 0
    assert found["topic_end"] == found["applied_to"] == told[firm]["sent"]


def test_m9_3_m9_4_every_figure_agrees_with_the_stated_one_day_by_day(
    told: dict[str, dict[str, Any]], monitor: Monitor
) -> None:
    for stated, figures in monitor.replay():
        for one in COMPARED:
            assert Fraction(figures[one]["value"]["exact"]) == Fraction(stated[one]), (stated["day"], one)
        monitor.alert_state(stated["day"])


def test_b11_2a_the_alert_is_raised_at_exactly_the_line_worsens_and_clears(
    told: dict[str, dict[str, Any]], monitor: Monitor
) -> None:
    alert = monitor.alert()
    assert alert is not None

    history = monitor.analyst.ask(f"/alerts/{alert['id']}").body["history"]

    line, days = monitor.world.manifest["at_the_line"], monitor.world.manifest["fall_days"]
    at_the_line = days[line["levels"].index("WARNING")]
    assert (history[0]["change"], history[0]["business_date"], history[0]["level"]) == (
        "raised",
        at_the_line,
        "warning",
    )
    assert "worsened" in [one["change"] for one in history]
    assert history[-1]["change"] == "cleared"


def test_i3_a_value_opens_its_contracts_and_they_sum_to_it(told: dict[str, dict[str, Any]], monitor: Monitor) -> None:
    whole = monitor.analyst.ask("/indicators/M9.3a/contracts", limit=1).body["whole"]

    parts = monitor.parts("M9.3a")

    assert sum(Fraction(one["adds"]["numerator"]) for one in parts) == Fraction(whole["numerator"])
    assert sum(Fraction(one["adds"]["denominator"]) for one in parts) == Fraction(whole["denominator"])
    assert all(one["valuation"]["accessions"] for one in parts)


@pytest.mark.parametrize("path", ["/indicators", "/alerts", "/firms", "/firms/F001/conservation"])
@pytest.mark.parametrize("user", ["chen-wei", "reviewer-wang", "hua-tong-lender"])
def test_m18_the_board_sees_nothing_of_the_monitor(verified_board: Board, user: str, path: str) -> None:
    with pytest.raises(Answered) as refused:
        verified_board.world.person(user).ask(path)

    assert refused.value.status == 403
