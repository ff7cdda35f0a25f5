"""Three brokers under load: one is killed, another frozen; nobody waits for either, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from local_stack.process import ServerProcess
from testkit.brokers import NODES, Brokers
from testkit.eventually import eventually
from testkit.probe.load import Load, balance
from testkit.probe.processes import Probes
from testkit.spine import HEARS, TOPIC, SpineWorld
from testkit.world import Stack, World

pytestmark = [pytest.mark.faults, pytest.mark.integration]

# Past the brokers' session (2 s) and the consumer's (1.5 s): the others have taken its place.
FROZEN_S = 5


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    made = Brokers(tmp_path_factory.mktemp("brokers"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def world(stack: Stack, brokers: Brokers) -> Iterator[World]:
    made = World.create(replace(stack, kafka=brokers.connection))
    yield made
    made.remove()


async def test_one_broker_is_killed_and_another_is_frozen(
    brokers: Brokers, spine: SpineWorld, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()
    await _some_effects(spine)
    topic = spine.world.topic(TOPIC)
    killed, frozen = _leader_and_another(brokers, topic)

    killed.kill()
    await _some_effects(spine)
    killed.start()
    await eventually(lambda: _in_sync(brokers, topic), within=60, until=lambda found: found == NODES, every=0.3)

    frozen.pause()
    await asyncio.sleep(FROZEN_S)
    await _some_effects(spine)
    frozen.resume()
    await eventually(lambda: _in_sync(brokers, topic), within=60, until=lambda found: found == NODES, every=0.3)

    await _some_effects(spine)
    await balance(spine, await load.stop(), within=90)


def _leader_and_another(brokers: Brokers, topic: str) -> tuple[ServerProcess, ServerProcess]:
    """The broker that leads a partition of the topic, and another one."""
    leader = brokers.leaders(topic)[0]
    return brokers.nodes[leader - 1], brokers.nodes[leader % NODES]


async def _in_sync(brokers: Brokers, topic: str) -> int:
    return await asyncio.to_thread(brokers.in_sync, topic)


async def _some_effects(spine: SpineWorld) -> None:
    async def effects() -> int:
        async with spine.admin(HEARS) as admin:
            return int(await admin.fetchval("select count(*) from effect"))

    before = await effects()
    await eventually(effects, within=60, until=lambda count: count >= before + 20, what="it goes on", every=0.2)
