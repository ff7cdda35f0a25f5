"""What the services find in the database: their roles and schemas, the clock of local use, and migrated tables."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import asyncpg

from chassis import migrations
from chassis.clock import CREATE_CLOCK
from local_stack import places

DATABASE_SERVICES = ("listing", "review", "messaging", "monitoring")
_TIMEOUT_S = 30
T = TypeVar("T")


def run_in_own_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs asynchronous work from a blocking caller, whatever event loop the caller's thread has set."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


def database_roles(service: str) -> tuple[str, str, str]:
    """A service's roles: the owner of its schema, the service itself, its relay."""
    return f"{service}_owner", service, f"{service}_relay"


async def create_schemas(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Creates roles and schemas of every service, and the clock whose offset local use and tests may set.

    `passwords` holds one for each role of `database_roles`.
    """
    script = (places.POSTGRES_DECLARATIONS / "service.sql").read_text()
    connection = await asyncpg.connect(admin_url, timeout=_TIMEOUT_S, command_timeout=_TIMEOUT_S)
    try:
        for service in DATABASE_SERVICES:
            owner, itself, relay = (passwords[role] for role in database_roles(service))
            settings = {
                "service": service,
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
    """Brings each service's tables to their newest form; `owner_urls` by service."""
    for service, url in owner_urls.items():
        migrations.upgrade(package=service, url=url)
