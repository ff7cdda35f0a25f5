"""The intake of firms' records is ended at each named point while they write: nothing lost, nothing twice, in order."""

import signal
from collections.abc import AsyncIterator

import pytest

from monitoring.tests.deadly_worker import DEADLY
from monitoring.tests.intake_processes import READY_S, IntakeUnderFire
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract
from testkit.eventually import eventually
from testkit.probe.points import INTAKE_POINTS
from testkit.world import World

pytestmark = [pytest.mark.faults, pytest.mark.integration, pytest.mark.timeout(600)]
FENCE_REFUSALS = "pledgeboard_fence_refusals_total"
ABOUT_TO_APPLY = "slice.before_transaction:5"


@pytest.fixture
async def fire(world: World) -> AsyncIterator[IntakeUnderFire]:
    made = await IntakeUnderFire.prepared(world, "F001", "F002", "F003")
    yield made
    await made.end()


async def test_killed_at_every_point_of_the_slice_path(fire: IntakeUnderFire) -> None:
    fire.start_load()

    for point in INTAKE_POINTS:
        monitor = fire.monitor(point)
        await monitor.reached()
        await monitor.kill()

    fire.monitor()
    await fire.settled()


async def test_asked_to_stop_under_load_it_drains_and_exits_0(fire: IntakeUnderFire) -> None:
    fire.start_load()
    monitor = await fire.monitor().ready()

    assert await monitor.stop() == 0, monitor.log[-4000:]

    fire.monitor()
    await fire.settled()


async def test_frozen_past_its_session_it_is_refused_by_the_fence_when_it_wakes(fire: IntakeUnderFire) -> None:
    fire.start_load()
    frozen = fire.monitor(ABOUT_TO_APPLY)
    await frozen.reached()

    frozen.signal(signal.SIGSTOP)
    successor = await fire.monitor().ready()
    await _every_firm_moves(fire)
    frozen.let_go()
    frozen.signal(signal.SIGCONT)

    await eventually(lambda: frozen.metric(FENCE_REFUSALS), within=30, what="the fence refused")
    assert successor.exit_code is None, successor.log[-4000:]
    await fire.settled()


async def test_a_record_that_kills_its_process_is_found_in_a_few_restarts(fire: IntakeUnderFire) -> None:
    load = fire.loads[0]
    records = [
        a_contract(contract_id=f"C-{number}", sequence=number, load_id="L-1", agreement_no=f"A-{number}")
        for number in range(1, 301)
    ]
    records[137]["agreement_no"] = DEADLY.decode()
    offsets = await load.firm.send(*[records[at : at + 3] for at in range(0, 300, 3)])
    load.written.update(dict.fromkeys(offsets, 3))

    deaths = 0
    while deaths < 20:
        monitor = fire.monitor(module="monitoring.tests.deadly_worker")
        if await monitor.ends_or(lambda: fire.applied_to("F001", max(offsets) + 1)):
            break
        deaths += 1

    assert 2 <= deaths <= 9
    frames = await fire.account(load, refused=1)
    refused = [item for frame in frames for item in frame.items if item.outcome is Outcome.QUARANTINED]
    assert [(one.offset, one.index) for one in refused] == [(offsets[137 // 3], 137 % 3)]
    assert "killed" in (refused[0].reason or "")


async def test_a_flood_of_one_firm_delays_no_other(fire: IntakeUnderFire) -> None:
    flood, calm = fire.loads[0].firm, fire.loads[1].firm
    await fire.monitor().ready()
    many = [a_contract(contract_id=f"C-{number}", sequence=number, load_id="L-1") for number in range(1, 20_001)]
    await flood.send(*[many[at : at + 500] for at in range(0, len(many), 500)])

    await calm.send(a_contract(firm_id="F002", load_id="L-1"))

    assert (await calm.items(until=1))[0].outcome.applied
    assert not await fire.applied_to("F001", 40), "the flood is still being applied"


async def _every_firm_moves(fire: IntakeUnderFire) -> None:
    """Slices of every firm are applied: whatever a frozen process is about to apply, another one has applied it."""

    async def offsets() -> dict[str, int]:
        rows = await fire.rows("select topic, next from monitoring.consumer_offset where topic like 'submissions.%'")
        return {row["topic"]: row["next"] for row in rows}

    before = await offsets()
    assert before
    await eventually(
        offsets,
        within=READY_S,
        until=lambda now: len(now) == len(fire.loads) and all(now[topic] > before.get(topic, 0) for topic in now),
        what=f"beyond {before}",
    )
