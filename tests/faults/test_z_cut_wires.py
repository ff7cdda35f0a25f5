"""The wire between a service and its database or its broker cut under load, past every patience, and mended."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from local_stack import ports
from local_stack.kafka import Kafka
from testkit.eventually import eventually
from testkit.probe.load import Load, balance
from testkit.probe.processes import ProbeProcess, Probes
from testkit.proxy import Proxy
from testkit.servers import Servers
from testkit.spine import HEARS, SAYS, SpineWorld
from testkit.world import World

pytestmark = [pytest.mark.faults, pytest.mark.integration]

# Past the consumer's session (1.5 s), the driver's deadline (5 s) and the relay's idle session (5 s).
CUT_S = 7


@dataclass(frozen=True)
class Wires:
    """What leads to the servers from the processes under test; the load and the test itself go straight."""

    postgres: Proxy
    kafka: Proxy


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    made = Servers.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def wires(servers: Servers) -> Iterator[Wires]:
    kafka = servers.kafka.server
    assert isinstance(kafka, Kafka)
    postgres_port = urlsplit(servers.addresses.database_url).port
    assert postgres_port
    with ExitStack() as laid:
        made = Wires(
            postgres=laid.enter_context(Proxy(postgres_port)), kafka=laid.enter_context(Proxy(kafka.ports.internal))
        )
        # Clients go where the broker says it is: at the end of the wire.
        doors = f"INTERNAL://{ports.HOST}:{made.kafka.port},FIRMS://{ports.HOST}:{kafka.ports.firms}"
        kafka.overrides = {"advertised.listeners": doors}
        servers.kafka.restart()
        yield made


@pytest.fixture
def world(servers: Servers, wires: Wires) -> World:
    return servers.world()


@pytest.mark.parametrize("cut", ["postgres", "kafka"])
async def test_what_is_cut_off_waits_and_says_so(
    cut: str, wires: Wires, spine: SpineWorld, probes: Probes, load: Load
) -> None:
    relay, consumer = await _behind(wires, spine, probes)
    load.start()
    await _some_effects(spine)

    wire: Proxy = getattr(wires, cut)
    wire.cut()
    await asyncio.sleep(CUT_S)
    for one in (relay, consumer):
        await eventually(one.is_unready, within=20, what=f"the {one.role} says that it is cut off")
    wire.mend()

    for one in (relay, consumer):
        await one.ready()
    await _some_effects(spine)
    await balance(spine, await load.stop(), within=90)


async def _behind(wires: Wires, spine: SpineWorld, probes: Probes) -> tuple[ProbeProcess, ProbeProcess]:
    def through(role: str) -> str:
        url = spine.role_url(role)
        return url.replace(f":{urlsplit(url).port}/", f":{wires.postgres.port}/")

    relay = await probes.start("relay", DATABASE_URL=through(SAYS), RELAY_DATABASE_URL=through(f"{SAYS}_relay"))
    consumer = await probes.start("consumer", DATABASE_URL=through(HEARS))
    return relay, consumer


async def _some_effects(spine: SpineWorld) -> None:
    async def effects() -> int:
        async with spine.admin(HEARS) as admin:
            return int(await admin.fetchval("select count(*) from effect"))

    before = await effects()
    await eventually(effects, within=60, until=lambda count: count >= before + 20, what="it goes on", every=0.2)
