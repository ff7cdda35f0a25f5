"""Reads: one read-only snapshot per question, in the scope of who asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.audit import Entry, write_entry
from chassis.cause import Cause
from chassis.clock import ClockSetting, local
from chassis.scope import SET_SCOPE, scope_of


@dataclass(frozen=True, kw_only=True)
class ReadingSession:
    """What a query may use: a connection that sees one snapshot, and the time it speaks of."""

    connection: AsyncConnection
    now: datetime
    cause: Cause

    @property
    def as_of(self) -> datetime:
        """The moment this answer speaks of; lists say it."""
        return self.now

    @property
    def today(self) -> date:
        """The business day."""
        return self.now.date()


@asynccontextmanager
async def read(
    engine: AsyncEngine, clock: ClockSetting, cause: Cause, *, everything: bool, traced: bool
) -> AsyncIterator[ReadingSession]:
    """Opens a repeatable-read snapshot; a traced one writes its audit row first and commits it with the read."""
    traced = traced or cause.traced
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=not traced)
        async with connection.begin():
            scope = scope_of(cause.subject, everything=everything)
            row = (await connection.execute(text(f"select {clock.expression}, {SET_SCOPE}"), scope)).one()
            if traced:
                await write_entry(connection, Entry(cause=cause, outcome="read"))
            yield ReadingSession(connection=connection, now=local(row[0]), cause=cause)
    if traced:
        cause.ticket.traced = True
