"""What the services find in the database: their roles and schemas, the clock of local use, and migrated tables."""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis import migrations
from chassis.clock import CREATE_CLOCK
from local_stack import places
from local_stack.addresses import SCHEMAS, database_roles

_TIMEOUT_S = 30
T = TypeVar("T")


def run_in_own_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs asynchronous work from a blocking caller, who may or may not stand inside a running loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


async def create_database(admin_url: str, name: str, *, template: str | None = None) -> None:
    """Creates a database unless it exists; `admin_url` leads to another one on the same server."""
    connection = await asyncpg.connect(admin_url, timeout=_TIMEOUT_S, command_timeout=_TIMEOUT_S)
    try:
        if not await connection.fetchval("select true from pg_database where datname = $1", name):
            quoted = [await connection.fetchval("select quote_ident($1)", one) for one in (name, template) if one]
            await connection.execute("create database " + " template ".join(quoted))
    finally:
        await connection.close()


async def ensure_database(admin_url: str) -> None:
    """Creates the database that the URL names, unless it is there."""
    try:
        connection = await asyncpg.connect(admin_url, timeout=_TIMEOUT_S)
    except asyncpg.InvalidCatalogNameError:
        maintenance = urlsplit(admin_url)._replace(path="/postgres")
        await create_database(urlunsplit(maintenance), urlsplit(admin_url).path.removeprefix("/"))
    else:
        await connection.close()


async def drop_database(admin_url: str, name: str) -> None:
    """Drops a database and ends whoever is still connected to it."""
    connection = await asyncpg.connect(admin_url, timeout=_TIMEOUT_S, command_timeout=_TIMEOUT_S)
    try:
        quoted = await connection.fetchval("select quote_ident($1)", name)
        await connection.execute(f"drop database if exists {quoted} with (force)")
    finally:
        await connection.close()


async def create_schemas(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Creates the roles and schemas of every service, and the clock whose offset local use and tests may set.

    `passwords` holds one for each role of `database_roles`.
    """
    script = (places.POSTGRES_DECLARATIONS / "service.sql").read_text()
    connection = await asyncpg.connect(admin_url, timeout=_TIMEOUT_S, command_timeout=_TIMEOUT_S)
    try:
        for schema in SCHEMAS:
            owner, itself, relay = (passwords[role] for role in database_roles(schema))
            settings = {
                "service": schema,
                "owner_password": owner,
                "service_password": itself,
                "relay_password": relay,
            }
            async with connection.transaction():
                for name, value in settings.items():
                    await connection.execute("select set_config('setup.' || $1, $2, true)", name, value)
                await connection.execute(script)
        for statement in CREATE_CLOCK:
            await connection.execute(statement)
    finally:
        await connection.close()


def migrate(owner_urls: Mapping[str, str]) -> None:
    """Brings the tables of each schema to their newest form; `owner_urls` by schema."""
    for schema, url in owner_urls.items():
        if has_migrations(SCHEMAS[schema]):
            migrations.upgrade(package=SCHEMAS[schema], url=url, schema=schema)


def has_migrations(service: str) -> bool:
    """Whether the service has tables of its own yet."""
    versions = places.package_folder(service) / "persistence" / "migrations" / "versions"
    return any(versions.glob("[0-9]*.py"))
