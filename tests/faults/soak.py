"""Ten minutes of load with kills at random: `make soak` (SOAK_SECONDS, SOAK_SEED). No part of the suite.

Every few seconds something is killed, asked to stop, frozen past its session and let go, or restarted; the account is
checked once a minute while everything runs on, and at the end.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from chassis.database import Database
from local_stack.process import ServerProcess
from testkit.probe.load import Load, balance
from testkit.probe.processes import ProbeProcess, Probes, Role
from testkit.servers import Servers
from testkit.spine import SpineWorld
from testkit.world import World

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
SEED = int(os.environ.get("SOAK_SEED") or time.time())
ROUND_S = 60.0
PAUSES_S = (0.5, 4.0)
FROZEN_S = 3.0
BALANCED_WITHIN_S = 120

pytestmark = [pytest.mark.soak, pytest.mark.integration, pytest.mark.timeout(SECONDS + 600)]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    made = Servers.start(durable=True)
    yield made
    made.stop()


@pytest.fixture
def world(servers: Servers) -> World:
    return servers.world()


class Mischief:
    """Does one bad thing after another to two processes of each role and to the servers."""

    def __init__(self, servers: Servers, probes: Probes, dice: random.Random) -> None:
        self._servers = servers
        self._probes = probes
        self._dice = dice
        self._running: dict[Role, list[ProbeProcess]] = {"relay": [], "consumer": []}
        self.done: list[str] = []

    async def begin(self) -> None:
        for role in self._running:
            self._running[role] = [await self._probes.start(role) for _ in range(2)]

    def pause(self) -> float:
        """Seconds until the next blow."""
        return self._dice.uniform(*PAUSES_S)

    async def one(self) -> None:
        """What it is, is left to chance; servers are hit less often than processes."""
        acts: list[Callable[[], Awaitable[None]]] = [self._kill, self._kill, self._stop, self._freeze, self._server]
        act = self._dice.choice(acts)
        self.done.append(act.__name__.lstrip("_"))
        await act()

    async def _kill(self) -> None:
        role, victim = self._somebody()
        await victim.kill()
        await self._replace(role, victim)

    async def _stop(self) -> None:
        role, victim = self._somebody()
        await victim.stop()
        await self._replace(role, victim)

    async def _freeze(self) -> None:
        _, victim = self._somebody()
        victim.freeze()
        await asyncio.sleep(FROZEN_S)
        victim.resume()

    async def _server(self) -> None:
        server = self._dice.choice([self._servers.postgres, self._servers.kafka])
        end = self._dice.choice([ServerProcess.stop, ServerProcess.kill])
        await asyncio.to_thread(end, server)
        await asyncio.sleep(self._dice.uniform(0, 1))
        server.start()

    def _somebody(self) -> tuple[Role, ProbeProcess]:
        role: Role = self._dice.choice(["relay", "consumer"])
        return role, self._dice.choice(self._running[role])

    async def _replace(self, role: Role, gone: ProbeProcess) -> None:
        self._running[role].remove(gone)
        self._running[role].append(self._probes.make(role).start())


async def test_soak(servers: Servers, spine: SpineWorld, probes: Probes, says: Database) -> None:
    print(f"SOAK_SEED={SEED}")  # noqa: T201  # to be run again
    mischief = Mischief(servers, probes, random.Random(SEED))  # noqa: S311  # repeatable, not secret
    await mischief.begin()
    ends, rounds, commands = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < ends:
        load = Load(says, name=f"r{rounds}-").start()
        try:
            await _a_round(mischief, until=min(ends, time.monotonic() + ROUND_S))
            done = await load.stop()
        finally:
            await load.abandon()
        await balance(spine, done, within=BALANCED_WITHIN_S)
        rounds, commands = rounds + 1, commands + sum(done.values())
        print(f"round {rounds}: {commands} commands, {len(mischief.done)} blows; the account balances")  # noqa: T201

    assert commands
    assert {"kill", "stop", "freeze", "server"} <= set(mischief.done) or SECONDS < ROUND_S


async def _a_round(mischief: Mischief, *, until: float) -> None:
    while time.monotonic() < until:
        await asyncio.sleep(mischief.pause())
        await mischief.one()
