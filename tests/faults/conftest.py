"""Fixtures of the fault tests: bare schemas, probe processes and a load, on servers that may be given."""

import os
import pickle
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from chassis.database import Database
from testkit.probe.load import Load
from testkit.probe.processes import Probes
from testkit.probe.zygote import Zygote
from testkit.spine import SAYS, SpineWorld
from testkit.world import Stack, World

GIVEN_STACK = "FAULTS_STACK"


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    """The session's servers; those of the session that planted a defect, where one did."""
    if given := os.environ.get(GIVEN_STACK):
        found = pickle.loads(Path(given).read_bytes())  # noqa: S301  # written by the session that started us
        assert isinstance(found, Stack)
        return found
    found = request.getfixturevalue("stack")
    assert isinstance(found, Stack)
    return found


@pytest.fixture
async def spine(world: World) -> AsyncIterator[SpineWorld]:
    made = await SpineWorld.create(world)
    yield made
    await made.remove()


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    made = Zygote()
    yield made
    made.close()


@pytest.fixture
async def probes(spine: SpineWorld, zygote: Zygote) -> AsyncIterator[Probes]:
    made = Probes(spine, zygote)
    yield made
    await made.end()
    print(made.logs())  # noqa: T201  # pytest shows it with a failure


@pytest.fixture
async def says(spine: SpineWorld) -> AsyncIterator[Database]:
    database = spine.database(SAYS)
    yield database
    await database.close()


@pytest.fixture
async def load(says: Database, spine: SpineWorld) -> AsyncIterator[Load]:
    made = Load(says)
    yield made
    await made.abandon()
