"""The service's door to its own schema. Nothing waits here for ever, with Postgres frozen or gone.

Each wait has a deadline of its own: for a connection of the pool, for a new connection, for one statement. They may
follow each other; what bounds their sum for whoever waits for an answer is the deadline of the HTTP request
(`chassis.http.deadline`). Consumers, schedules and loads go on trying, statement by statement.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.cause import Cause
from chassis.clock import ClockSetting
from chassis.reading import ReadingSession, read

Scope = Literal["own", "all"]


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Where the schema lies and how long anything may take.

    `idle_in_transaction_ms` stays below the consumer's session timeout: the server ends the transaction of a frozen
    process before its successor begins (one frozen in the middle of a COPY is ended by its successor, see
    `chassis.slices.ledger`). `idle_session_ms` is for the relay alone, whose advisory lock would outlive
    a frozen process otherwise.
    """

    url: str
    schema: str
    application_name: str
    pool_size: int = 10
    command_timeout_s: float = 5
    connect_timeout_s: float = 2
    pool_timeout_s: float = 2
    idle_in_transaction_ms: int = 4_000
    idle_session_ms: int = 0

    @property
    def server_settings(self) -> dict[str, str]:
        """What every connection tells the server about itself."""
        return {
            "search_path": self.schema,
            "application_name": self.application_name,
            "idle_in_transaction_session_timeout": str(self.idle_in_transaction_ms),
            "idle_session_timeout": str(self.idle_session_ms),
            "timezone": "Asia/Shanghai",
        }


class Database:
    """One engine and the clock that goes with it; a process holds one per role."""

    def __init__(self, engine: AsyncEngine, settings: DatabaseSettings, clock: ClockSetting) -> None:
        self.engine = engine
        self.settings = settings
        self.clock = clock

    @classmethod
    def open(cls, settings: DatabaseSettings, *, clock: ClockSetting) -> "Database":
        """Makes the pool; connections are made when they are asked for."""
        engine = create_async_engine(
            async_url(settings.url),
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_timeout=settings.pool_timeout_s,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={
                "timeout": settings.connect_timeout_s,
                "command_timeout": settings.command_timeout_s,
                "server_settings": settings.server_settings,
            },
        )
        return cls(engine, settings, clock)

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def reading(
        self, cause: Cause, *, scope: Scope = "own", traced: bool = False
    ) -> AsyncIterator[ReadingSession]:
        """One consistent snapshot for one question.

        `scope="own"` sees the subject's participant and firm, `"all"` every row. A traced read leaves its audit row
        in the same transaction, before anything is read, and fails if it cannot.
        """
        async with read(self.engine, self.clock, cause, everything=scope == "all", traced=traced) as session:
            yield session

    async def connect_alone(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of its own outside the pool, for what must share one session (the relay's lock)."""
        return await asyncpg.connect(
            plain_url(self.settings.url),
            timeout=self.settings.connect_timeout_s,
            command_timeout=self.settings.command_timeout_s,
            server_settings=self.settings.server_settings,
        )


def async_url(url: str) -> str:
    """The address as SQLAlchemy's asyncpg dialect wants it."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def plain_url(url: str) -> str:
    """The address as asyncpg itself wants it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
