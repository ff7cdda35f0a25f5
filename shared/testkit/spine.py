"""Two bare schemas on the spine, one that says and one that hears, for tests of the chassis itself.

They use the roles, principals and access lists of two real services, so that nothing here may do what a service may
not; the tables are the spine's and one table of effects.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.cause import SYSTEM, Cause
from chassis.clock import ClockSetting
from chassis.database import Database, DatabaseSettings, async_url
from chassis.kafka_admin import KafkaConnection
from chassis.kernel import Fact
from chassis.spine import create_spine
from chassis.unit_of_work import UnitOfWork
from events.base import Event
from local_stack.addresses import with_database
from local_stack.database_setup import create_database, create_schemas, drop_database
from testkit.world import World

SAYS = "listing"
HEARS = "review"
TOPIC = "listing.listing.v1"
PARTITIONS = 3

_EFFECTS = "create table effect (id bigserial primary key, key text not null, number bigint not null, body text)"
_COUNTERS = "create table counter (key text primary key, number bigint not null)"


class Counted(Event, frozen=True, kw_only=True):
    """A key was counted up to a number: what the schemas talk about."""

    topic: ClassVar[str] = TOPIC
    type: ClassVar[str] = "spine.counted.v1"
    key_field: ClassVar[str] = "counter"

    counter: str
    number: int
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class SpineWorld:
    """The two schemas in a database of their own, on a world's servers and under its prefix."""

    world: World
    database_url: str
    session_timeout_ms: int = 1_500

    @classmethod
    async def create(cls, world: World) -> "SpineWorld":
        """Makes the database."""
        name = world.prefix.removesuffix(".") + "_spine"
        await create_database(world.database_url, name)
        made = cls(world=world, database_url=with_database(world.database_url, name))
        await create_schemas(made.database_url, world.addresses.role_passwords())
        for service in (SAYS, HEARS):
            await made._create_tables(service)
        return made

    async def remove(self) -> None:
        """Drops the database."""
        await drop_database(self.world.database_url, self.database_url.rpartition("/")[2])

    @property
    def prefix(self) -> str:
        """How topics, groups and principals begin."""
        return self.world.prefix

    def kafka(self, service: str) -> KafkaConnection:
        """How one of the two connects to the broker."""
        return self.world.connection(service)

    def role_url(self, role: str) -> str:
        """How a database role connects."""
        return replace(self.world.addresses, database_url=self.database_url).role_url(role)

    def database(self, role: str) -> Database:
        """A pool for one role (`listing`, `listing_relay`, `review`)."""
        service = role.removesuffix("_relay")
        settings = DatabaseSettings(
            url=self.role_url(role),
            schema=service,
            application_name=f"{role}.test",
            pool_size=5,
            idle_in_transaction_ms=self.session_timeout_ms * 2 // 3,
            idle_session_ms=5_000 if role.endswith("_relay") else 0,
        )
        return Database.open(settings, clock=ClockSetting(environment="test"))

    @asynccontextmanager
    async def admin(self, service: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """The administrator's connection, looking into one of the schemas."""
        connection = await asyncpg.connect(self.database_url, server_settings={"search_path": service}, timeout=10)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    async def _create_tables(self, service: str) -> None:
        engine = create_async_engine(async_url(self.role_url(f"{service}_owner")))
        async with engine.begin() as connection:
            for statement in (_EFFECTS, _COUNTERS):
                await connection.execute(text(statement))
            await connection.run_sync(_spine)
        await engine.dispose()


def no_facts(fact: Fact) -> Iterable[Event]:
    """The schemas have no domain: they say events as they are."""
    raise TypeError(fact)


async def say(database: Database, *events: Event) -> None:
    """Says events in one transaction."""
    async with UnitOfWork(database, Cause(subject=SYSTEM, operation="say"), translate=no_facts) as work:
        for event in events:
            work.outbox.say(event)


def _spine(connection: Connection) -> None:
    create_spine(Operations(MigrationContext.configure(connection)))
