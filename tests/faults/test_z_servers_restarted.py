"""Postgres and Kafka restarted under load, in order and by SIGKILL: on servers of the test's own.

The file's name puts it last: what is restarted here must not be anybody else's.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from chassis.unit_of_work import UnitOfWork
from local_stack.process import ServerProcess
from testkit.eventually import eventually
from testkit.probe.load import Load, balance, count_up
from testkit.probe.processes import Probes
from testkit.servers import Servers
from testkit.spine import HEARS, SpineWorld, no_facts
from testkit.world import World

pytestmark = [pytest.mark.faults, pytest.mark.integration]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    made = Servers.start(durable=True)
    yield made
    made.stop()


@pytest.fixture
def world(servers: Servers) -> World:
    """A world on the servers that are restarted; it ends with them."""
    return servers.world()


async def test_database_and_broker_are_restarted_in_turn(
    servers: Servers, spine: SpineWorld, says: Database, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()

    for server, end in (
        (servers.postgres, ServerProcess.stop),
        (servers.postgres, ServerProcess.kill),
        (servers.kafka, ServerProcess.stop),
        (servers.kafka, ServerProcess.kill),
    ):
        await _some_effects(spine)
        await asyncio.to_thread(end, server)
        await asyncio.sleep(0.5)
        server.start()

    await _some_effects(spine)
    await balance(spine, await load.stop(), within=90)


async def test_a_unit_of_work_ends_though_the_database_was_frozen_in_the_middle(
    servers: Servers, says: Database, spine: SpineWorld
) -> None:
    async def half_a_command() -> None:
        cause = Cause(subject=SYSTEM, operation="spine.count")
        async with UnitOfWork(says, cause, translate=no_facts) as work:
            servers.postgres.pause()
            await work.connection.execute(text("select 1"))

    try:
        # The statement's deadline, the closing of its connection, and room: neither a rollback nor anything else hangs.
        async with asyncio.timeout(says.settings.command_timeout_s + 2 + 5) as overall:
            with pytest.raises(TimeoutError):
                await half_a_command()
    finally:
        servers.postgres.resume()

    assert not overall.expired()
    assert await count_up(says, "after", "a") == 1


async def test_nothing_waits_long_with_the_broker_frozen(
    servers: Servers, says: Database, spine: SpineWorld, probes: Probes
) -> None:
    relay = await probes.start("relay")
    await probes.start("consumer")
    servers.kafka.pause()
    try:
        async with asyncio.timeout(5):
            await count_up(says, "frozen", "a")
        await eventually(relay.is_unready, within=20, what="the relay says that the broker is away")
    finally:
        servers.kafka.resume()

    await probes.made[0].ready()
    await balance(spine, Counter(a=1))


async def _some_effects(spine: SpineWorld) -> None:
    async def effects() -> int:
        async with spine.admin(HEARS) as admin:
            return int(await admin.fetchval("select count(*) from effect"))

    before = await effects()
    await eventually(effects, within=60, until=lambda count: count >= before + 20, what="it goes on", every=0.2)
