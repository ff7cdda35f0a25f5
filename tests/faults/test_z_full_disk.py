"""The database's and the broker's disk full under load: what cannot be written waits, and nothing is lost of it."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local_stack.process import ServerProcess
from testkit.eventually import eventually
from testkit.probe.load import Load, balance
from testkit.probe.processes import Probes
from testkit.servers import Servers
from testkit.small_disk import SmallDisk, is_possible, on_small_disk
from testkit.spine import HEARS, SAYS, SpineWorld
from testkit.world import World

pytestmark = [
    pytest.mark.faults,
    pytest.mark.integration,
    pytest.mark.skipif(not is_possible(), reason="this kernel mounts nothing for an ordinary user"),
]

FULL_S = 4


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers.start()
    yield made
    made.stop()


class Disks:
    """Puts a server's data on a disk that can be filled; the server runs on until the test's world is gone."""

    def __init__(self, mounted: ExitStack) -> None:
        self._mounted = mounted

    def under(self, process: ServerProcess, folder: Path, *, size: str) -> SmallDisk:
        return self._mounted.enter_context(on_small_disk(process, folder, size=size))


@pytest.fixture
def disks(servers: Servers) -> Iterator[Disks]:
    with ExitStack() as mounted:
        yield Disks(mounted)


@pytest.fixture
def world(servers: Servers, disks: Disks) -> World:
    return servers.world()


async def test_the_database_cannot_write(
    servers: Servers, disks: Disks, spine: SpineWorld, probes: Probes, load: Load
) -> None:
    disk = disks.under(servers.postgres, servers.folder / "postgres" / "data", size="400m")
    await _under_load(spine, probes, load)

    await asyncio.to_thread(disk.fill)
    await eventually(lambda: _stands_still(spine), within=30, what="no command is done any more", every=0.5)
    await asyncio.sleep(FULL_S)
    await _has_room_again(disk, servers.postgres)

    await _some_effects(spine)
    await balance(spine, await load.stop(), within=90)


async def test_the_broker_cannot_write(
    servers: Servers, disks: Disks, spine: SpineWorld, probes: Probes, load: Load
) -> None:
    disk = disks.under(servers.kafka, servers.folder / "kafka" / "data", size="200m")
    await _under_load(spine, probes, load)

    await asyncio.to_thread(disk.fill)
    await eventually(lambda: _waits(spine), within=30, what="events wait in the outbox", every=0.2)
    await asyncio.sleep(FULL_S)
    await _has_room_again(disk, servers.kafka)

    await _some_effects(spine)
    await balance(spine, await load.stop(), within=90)


async def _under_load(spine: SpineWorld, probes: Probes, load: Load) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()
    await _some_effects(spine)


async def _has_room_again(disk: SmallDisk, server: ServerProcess) -> None:
    """Makes room, and starts the server where it ended for want of it, as a supervisor does."""
    disk.empty()
    if not server.is_running:
        server.start()


async def _stands_still(spine: SpineWorld) -> bool:
    before = await _count(spine, SAYS, "outbox")
    await asyncio.sleep(1)
    return before == await _count(spine, SAYS, "outbox")


async def _waits(spine: SpineWorld) -> bool:
    return await _count(spine, SAYS, "outbox where sent_at is null") > 20


async def _some_effects(spine: SpineWorld) -> None:
    before = await _count(spine, HEARS, "effect")

    async def more() -> bool:
        return await _count(spine, HEARS, "effect") >= before + 20

    await eventually(more, within=60, what="it goes on", every=0.2)


async def _count(spine: SpineWorld, service: str, of: str) -> int:
    async with spine.admin(service) as admin:
        return int(await admin.fetchval(f"select count(*) from {of}"))  # noqa: S608  # our own words
