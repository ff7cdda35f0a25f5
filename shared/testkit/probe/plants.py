"""Defects planted on purpose, to see the tests that are named for them turn red. Never applied but by such a test."""

from collections.abc import Callable, Collection
from typing import Any

import asyncpg
from sqlalchemy import text

from chassis import fence, inbox, parking, settling
from chassis.admission import admit
from chassis.cause import SYSTEM, Cause, Delivery
from chassis.database import Database
from chassis.lease import Lease
from chassis.outbox_queue import OutboxQueue, Row
from chassis.positions import Source
from chassis.record import Record
from chassis.settling import Settler


def skip_the_inbox() -> None:
    """Whatever arrives is new."""
    inbox._ENTER = text(  # noqa: SLF001  # planted
        f"with fence as ({fence.SWAP}) select exists (select from fence) as fence, false as parked, true as seen, "  # noqa: S608  # planted
        "true as applied where cast(:event_id as text) <> '' and cast(:sequence as bigint) > 0 "
        "and cast(:key as text) is not null"
    )


def commit_first() -> None:
    """The position is moved before the effects are made."""

    async def dispatch(self: Settler, record: Record, delivery: Delivery) -> None:
        async with self._begin() as connection:
            await admit(connection, delivery)
        envelope = record.envelope()
        event_class, handler = self.hears.handlers[envelope.type]
        await handler(record.event(event_class), Cause(subject=SYSTEM, operation=envelope.type))

    Settler.dispatch = dispatch  # type: ignore[method-assign]  # planted


def id_greater_than_last() -> None:
    """The relay remembers how far it has looked."""
    read = OutboxQueue.read
    last = [0]

    async def read_on(self: OutboxQueue, *, without: Collection[str] = ()) -> list[Row]:
        rows = [row for row in await read(self, without=without) if row.id > last[0]]
        last[0] = max([last[0], *(row.id for row in rows)])
        return rows

    OutboxQueue.read = read_on  # type: ignore[method-assign]  # planted


def fence_without_swap() -> None:
    """The position is set, whatever it was."""
    blind = fence.SWAP.replace("next = :start", "cast(:start as bigint) >= 0")
    inbox._ENTER = text(inbox._ENTER.text.replace(fence.SWAP, blind))  # noqa: SLF001  # planted
    fence.SWAP = blind


def swallow_an_error() -> None:
    """A failed attempt counts as done."""

    async def judge(self: Settler, error: Exception, *_: object) -> settling.Step:
        return self._pass_over

    Settler._judge = judge  # type: ignore[method-assign,assignment]  # noqa: SLF001  # so


def relay_without_the_locks_connection() -> None:
    """The lock is in one session, the work in another that comes back by itself."""
    open_lease: Callable[..., Any] = Lease.open.__func__  # type: ignore[attr-defined]  # planted

    async def open_both(cls: type[Lease], database: Database) -> Lease:
        lease: Lease = await open_lease(cls, database)
        worker = _Worker(database)
        lease.fetch = worker.fetch  # type: ignore[method-assign]  # planted
        lease.execute = worker.execute  # type: ignore[method-assign, assignment]  # planted
        lease.fetchval = worker.fetchval  # type: ignore[method-assign]  # planted
        lease.check = worker.check  # type: ignore[method-assign]  # planted
        return lease

    Lease.open = classmethod(open_both)  # type: ignore[method-assign, assignment]  # planted


def park_without_the_key() -> None:
    """The record is put aside, its key goes on."""

    async def park_alone(
        connection: Any, source: Source, record: Record, *, start: int, **_: object
    ) -> None:  # planted
        await parking._past(connection, source, record, start)  # noqa: SLF001  # planted
        await parking._put(connection, source, record)  # noqa: SLF001  # planted

    parking.park = park_alone


PLANTS: dict[str, Callable[[], None]] = {
    "skip the inbox": skip_the_inbox,
    "commit first": commit_first,
    "id > last": id_greater_than_last,
    "fence without the swap": fence_without_swap,
    "swallow an error": swallow_an_error,
    "relay without the lock's connection": relay_without_the_locks_connection,
    "park without the key": park_without_the_key,
}


def apply(name: str) -> None:
    """Plants a defect in this process; nothing without a name."""
    if name:
        PLANTS[name]()


class _Worker:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:  # as the driver
        return await (await self._open()).fetch(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:  # as the driver
        return await (await self._open()).fetchval(query, *arguments)

    async def execute(self, query: str, *arguments: Any) -> str:  # as the driver
        return await (await self._open()).execute(query, *arguments)

    async def check(self) -> None:
        """Nobody asks whether the lock is still held."""

    async def _open(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect_alone()
        return self._connection
