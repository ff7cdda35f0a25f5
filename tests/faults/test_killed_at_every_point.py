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
from testkit.probe.processes import Probes
from testkit.spine import HEARS, SpineWorld, no_facts

pytestmark = [pytest.mark.faults, pytest.mark.integration]

RELAY_POINTS = (
    "relay.after_lock",
    "relay.after_read:3",
    "relay.before_send:3",
    "relay.after_send:3",
    "relay.after_mark:3",
)
CONSUMER_POINTS = (
    "consumer.after_assign:2",
    "consumer.after_fetch:2",
    "consumer.before_attempt:5",
    "work.after_door:5",
    "work.before_outbox:5",
    "work.before_commit:5",
    "work.after_commit:5",
    "consumer.after_settle:5",
    "consumer.before_hint",
)
PARKING = "consumer.before_park"
LEAVING = "consumer.after_revoke"
CLAIMED = "schedule.after_claim:3"


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
    visited = {*RELAY_POINTS, *CONSUMER_POINTS, PARKING, LEAVING, CLAIMED}
    # The points of slices are visited where slices are killed.
    in_code = {
        name
        for path in Path(chassis.__path__[0]).glob("*.py")
        for name in re.findall(r'fault_point\("([a-z._]+)"\)', path.read_text())
    }
    assert {point.partition(":")[0] for point in visited} == in_code


async def _struck(spine: SpineWorld) -> list[str]:
    async with spine.admin(HEARS) as admin:
        return [row["key"] for row in await admin.fetch("select key from effect order by key")]
