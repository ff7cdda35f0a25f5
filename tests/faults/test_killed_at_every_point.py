"""A process is ended by SIGKILL at each named point in turn, while load runs: kill, restart, next, one account."""

import pytest

from chassis.database import Database
from testkit.probe.load import Load, balance, say_unreadable
from testkit.probe.processes import Probes
from testkit.spine import SpineWorld

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
    parking = await probes.start("consumer", point="consumer.before_park")
    await parking.reached("consumer.before_park")
    await parking.kill()
    leaving = await probes.start("consumer", point="consumer.after_revoke")
    joining = await probes.start("consumer")
    await leaving.reached("consumer.after_revoke")
    await leaving.kill()

    await balance(spine, await load.stop())
    assert joining.is_running
