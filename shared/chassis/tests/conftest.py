"""A schema on the spine for the chassis' own tests: a fresh database each, from one template."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.clock import CREATE_CLOCK, ClockSetting
from chassis.database import Database, DatabaseSettings, async_url
from chassis.kernel import new_id
from chassis.spine import create_spine
from local_stack.ports import reserved_port
from local_stack.postgres import Postgres
from local_stack.process import ServerProcess
from testkit.spine import HEARS, SAYS, SpineWorld
from testkit.world import World

ROLES = ("probe_owner", "probe", "probe_relay")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("postgres")
    folder.chmod(0o755)
    server = Postgres(folder=folder / "server", port=reserved_port(), password="postgres", durable=False)
    process = ServerProcess(server, log=folder / "log")
    process.start()
    asyncio.run(_template(server))
    yield server
    process.stop()


async def _template(server: Postgres) -> None:
    admin = await asyncpg.connect(server.url("postgres"))
    for role in ROLES:
        await admin.execute(f"create role {role} login password 'probe'")
    await admin.execute("create database probe_template")
    await admin.close()
    engine = create_async_engine(async_url(server.url("probe_template")))
    async with engine.begin() as connection:
        for statement in (*CREATE_CLOCK, "create schema probe authorization probe_owner"):
            await connection.execute(text(statement))
        await connection.execute(text("set search_path = probe"))
        await connection.execute(text("set role probe_owner"))
        await connection.execute(text("create table effect (id bigserial primary key, what text not null)"))
        await connection.run_sync(_spine)
    await engine.dispose()


def _spine(connection: Connection) -> None:
    create_spine(Operations(MigrationContext.configure(connection)))


def url_of(server: Postgres, database: str, role: str) -> str:
    return f"postgresql://{role}:probe@127.0.0.1:{server.port}/{database}"


@pytest.fixture
async def database_name(postgres: Postgres) -> AsyncIterator[str]:
    name = f"probe_{new_id().hex}"
    admin = await asyncpg.connect(postgres.url("postgres"))
    await admin.execute(f"create database {name} template probe_template")
    yield name
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def database(postgres: Postgres, database_name: str) -> AsyncIterator[Database]:
    settings = DatabaseSettings(
        url=url_of(postgres, database_name, "probe"), schema="probe", application_name="probe.test"
    )
    opened = Database.open(settings, clock=ClockSetting(environment="test"))
    yield opened
    await opened.close()


@pytest.fixture
async def admin(postgres: Postgres, database_name: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(postgres.url(database_name), server_settings={"search_path": "probe"})
    yield connection
    await connection.close()


@pytest.fixture
async def spine(world: World) -> AsyncIterator[SpineWorld]:
    """Two schemas on the shared servers; patient, because nothing here is killed."""
    made = replace(await SpineWorld.create(world), session_timeout_ms=6_000)
    yield made
    await made.remove()


@pytest.fixture
async def says(spine: SpineWorld) -> AsyncIterator[Database]:
    database = spine.database(SAYS)
    yield database
    await database.close()


@pytest.fixture
async def hears(spine: SpineWorld) -> AsyncIterator[Database]:
    database = spine.database(HEARS)
    yield database
    await database.close()
