"""From a firm's record and a day's closes to the regulator's figures, over real topics and a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from monitoring.tests.book import BONUS, CLOSES, DAY, SEC1, SEC2, SEC3, worked_book
from monitoring.tests.monitor_world import WITHIN_S, MonitorWorld
from testkit.eventually import eventually
from testkit.world import World

pytestmark = pytest.mark.integration
FIRMS = ("F1", "F2", "F3")
EXPECTED = {"M9.3a": "2.0651", "M9.3b": None, "M9.3c": "2.0549", "M9.4a": "0.4576", "M9.4b": "0.2034"}


@pytest.fixture
async def monitor(world: World) -> AsyncIterator[MonitorWorld]:
    async with MonitorWorld.started(world) as made:
        await made.on_board(*FIRMS)
        await made.securities(DAY, SEC1, SEC2, SEC3)
        yield made


async def test_m9_figures_follow_from_records_and_closes_alike(monitor: MonitorWorld) -> None:
    await monitor.actions(DAY, BONUS)
    await monitor.report(worked_book())
    await monitor.prices(DAY, CLOSES)

    assert await monitor.figures(until=lambda shown: shown == EXPECTED) == EXPECTED


async def test_b11_2a_is_raised_live_at_the_line_and_cleared_by_the_next_day(monitor: MonitorWorld) -> None:
    await monitor.actions(DAY, BONUS)
    await monitor.prices(DAY, CLOSES)
    await monitor.report(worked_book())

    async def alerts(state: str) -> dict[str, str]:
        items = (await monitor.read(f"/alerts?state={state}"))["items"]
        return {one["entity_id"]: one["level"] for one in items}

    async def now_open() -> dict[str, str]:
        return await alerts("open")

    raised = await eventually(now_open, within=WITHIN_S, until=lambda found: len(found) == 2)
    assert raised == {"F1/B2": "warning", "F2/B3": "alert"}

    await monitor.prices(date(2026, 4, 1), CLOSES | {SEC2: "20.30"})
    assert await eventually(now_open, within=WITHIN_S, until=lambda found: len(found) == 1) == {"F2/B3": "alert"}
    assert await alerts("cleared") == {"F1/B2": "warning"}
    told = await monitor.read("/alerts?state=cleared")
    story = await monitor.read(f"/alerts/{told['items'][0]['id']}")
    assert [one["change"] for one in story["history"]] == ["raised", "confirmed", "cleared"]


async def test_i3_a_value_opens_its_contracts_down_to_the_accession(monitor: MonitorWorld) -> None:
    await monitor.actions(DAY, BONUS)
    await monitor.prices(DAY, CLOSES)
    await monitor.report(worked_book())
    await monitor.figures(until=lambda shown: shown == EXPECTED)

    part = (await monitor.read("/indicators/M9.4b/contracts?firm_id=F2"))["items"][1]

    assert (part["contract_id"], part["valuation"]["level"]) == ("C4", "TRIGGERED")
    contract = await monitor.read("/contracts/F2/C4")
    assert part["valuation"]["accessions"] == [contract["contract"]["accession"], contract["lines"][0]["accession"]]


async def test_i1_a_release_moves_the_figures_at_once(monitor: MonitorWorld) -> None:
    await monitor.actions(DAY, BONUS)
    await monitor.prices(DAY, CLOSES)
    await monitor.report(worked_book())
    await monitor.figures(until=lambda shown: shown == EXPECTED)

    book = worked_book()
    less = replace(book[0], principal_fen=book[0].initial_fen // 2, recorded_on=DAY)
    await monitor.report([less], start=10, action="MODIFY")

    changed = await monitor.figures(until=lambda shown: shown["M9.3a"] != EXPECTED["M9.3a"])
    assert changed["M9.3a"] is not None
    assert changed["M9.3a"] > "2.0651"
