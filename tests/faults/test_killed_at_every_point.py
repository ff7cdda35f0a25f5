"""A process is ended by SIGKILL at each named point in turn, while load runs: kill, restart, next, one account."""

import re
from pathlib import Path

import pytest

import chassis
from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from chassis.unit_of_work import UnitOfWork
from testkit.eventually import eventually
from testkit.probe.handler import STRIKE
from testkit.probe.load import PATIENCE_S, Load, balance, say_unreadable
from testkit.probe.points import CLAIMED, CONSUMER_POINTS, INTAKE_POINTS, LEAVING, PARKING, RELAY_POINTS
from testkit.probe.processes import Probes
from testkit.spine import HEARS, SpineWorld, no_facts

pytestmark = [pytest.mark.faults, pytest.mark.integration]

SERVICES = Path(__file__).parents[2] / "services"


async def test_the_relay(spine: SpineWorld, probes: Probes, load: Load) -> None:
    await probes.start("consumer")
    load.start()

    for point in RELAY_POINTS:
        relay = await probes.start("relay", point=point)
        await relay.reached(point)
        await relay.kill()

    await probes.start("relay")
    await balance(spine, await load.stop())


async def test_the_consumer(spine: SpineWorld, probes: Probes, load: Load) -> None:
    await probes.start("relay")
    load.start()

    for point in CONSUMER_POINTS:
        consumer = await probes.start("consumer", point=point)
        await consumer.reached(point)
        await consumer.kill()

    await probes.start("consumer")
    await balance(spine, await load.stop())


async def test_the_consumer_in_its_transaction(spine: SpineWorld, probes: Probes, load: Load) -> None:
    await probes.start("relay")
    load.start()
    consumer = await probes.start("consumer", point="work.before_commit:5")
    await consumer.reached("work.before_commit")
    await consumer.kill()

    await probes.start("consumer")
    await balance(spine, await load.stop())


async def test_the_consumer_while_it_parks_and_while_it_gives_up_a_partition(
    spine: SpineWorld, says: Database, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    await say_unreadable(says, "poison")
    load.start()
    parking = await probes.start("consumer", point=PARKING)
    await parking.reached(PARKING)
    await parking.kill()
    leaving = await probes.start("consumer", point=LEAVING)
    joining = await probes.start("consumer")
    await leaving.reached(LEAVING)
    await leaving.kill()

    await balance(spine, await load.stop())
    assert joining.is_running


async def test_the_schedule(spine: SpineWorld, probes: Probes) -> None:
    hears = spine.database(HEARS)
    async with UnitOfWork(hears, Cause(subject=SYSTEM, operation="plan"), translate=no_facts) as work:
        for number in range(12):
            work.schedule(kind=STRIKE, key=f"s{number:02}", due_at=work.now)
    await hears.close()
    worker = await probes.start("consumer", point=CLAIMED)
    await worker.reached(CLAIMED)
    await worker.kill()
    await probes.start("consumer")
    await probes.start("consumer")

    struck = [f"s{number:02}" for number in range(12)]
    await eventually(lambda: _struck(spine), within=PATIENCE_S, until=lambda found: len(found) >= 12, every=0.1)
    assert await _struck(spine) == struck


def test_every_point_is_visited() -> None:
    visited = {*RELAY_POINTS, *CONSUMER_POINTS, *INTAKE_POINTS, PARKING, LEAVING, CLAIMED}
    in_code = {
        name
        for folder in (Path(chassis.__path__[0]), SERVICES)
        for path in folder.rglob("*.py")
        if "tests" not in path.relative_to(folder).parts
        for name in re.findall(r"await fault_point\((.+?)\)", path.read_text())
    }
    assert {f'"{point.partition(":")[0]}"' for point in visited} == in_code


async def _struck(spine: SpineWorld) -> list[str]:
    async with spine.admin(HEARS) as admin:
        return [row["key"] for row in await admin.fetch("select key from effect order by key")]
