"""The monitor's schema on a real Postgres: a fresh database each, from one migrated template."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from chassis.clock import ClockSetting
from chassis.database import Database, DatabaseSettings
from chassis.kernel import new_id
from chassis.migrations import upgrade
from local_stack.addresses import SCHEMAS, database_roles
from local_stack.database_setup import create_schemas
from local_stack.ports import reserved_port
from local_stack.postgres import Postgres
from local_stack.process import ServerProcess
from monitoring.tests.integration.stored_book import StoredBook

TEMPLATE = "monitoring_template"


def url_of(server: Postgres, database: str, role: str) -> str:
    return f"postgresql://{role}:secret@127.0.0.1:{server.port}/{database}"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("postgres")
    folder.chmod(0o755)
    server = Postgres(folder=folder / "server", port=reserved_port(), password="secret", durable=False)
    process = ServerProcess(server, log=folder / "log")
    process.start()
    asyncio.run(_template(server))
    yield server
    process.stop()


async def _template(server: Postgres) -> None:
    admin = await asyncpg.connect(server.url("postgres"))
    await admin.execute(f"create database {TEMPLATE}")
    await admin.close()
    passwords = {role: "secret" for schema in SCHEMAS for role in database_roles(schema)}
    await create_schemas(server.url(TEMPLATE), passwords)
    upgrade(package="monitoring", url=url_of(server, TEMPLATE, "monitoring_owner"))


@pytest.fixture
async def database_name(postgres: Postgres) -> AsyncIterator[str]:
    name = f"monitoring_{new_id().hex}"
    admin = await asyncpg.connect(postgres.url("postgres"))
    await admin.execute(f"create database {name} template {TEMPLATE}")
    yield name
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def database(postgres: Postgres, database_name: str) -> AsyncIterator[Database]:
    settings = DatabaseSettings(
        url=url_of(postgres, database_name, "monitoring"), schema="monitoring", application_name="monitoring.test"
    )
    opened = Database.open(settings, clock=ClockSetting(environment="test"))
    yield opened
    await opened.close()


@pytest.fixture
async def book(postgres: Postgres, database_name: str, database: Database) -> StoredBook:
    return StoredBook(database, owner_url=url_of(postgres, database_name, "monitoring_owner"))
