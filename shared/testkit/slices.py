"""A log, a fence and a store in memory, for tests of what runs on `chassis.slices`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause
from chassis.fence import FenceLost
from chassis.slices.apply import Applier, Waiting
from chassis.slices.slice import Message, Place, Refused, Slice, Source
from chassis.slices.suspicion import Suspicion
from chassis.slices.turns import Turns

PARTITION = Source(consumer="probe.intake", topic="submissions.F001", topic_id="one", partition=0)


@dataclass(frozen=True)
class FakeMessage:
    """A record of the log."""

    offset: int
    value: bytes | None = b""
    timestamp: int = 1_772_416_800_000
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()


class StoreRefuses(Exception):
    """What a database says about data that do not fit; by its state, like the real one."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(f"refused with {sqlstate}")
        self.sqlstate = sqlstate


@dataclass
class FakeWork:
    """One transaction on the store: rows staged, savepoints honoured."""

    store: "FakeStore"
    staged: list[tuple[Place, str]] = field(default_factory=list)

    @property
    def connection(self) -> AsyncConnection:
        """Enough of a connection for savepoints."""
        return cast("AsyncConnection", self)

    @asynccontextmanager
    async def _savepoint(self) -> AsyncIterator[None]:
        before = list(self.staged)
        try:
            yield
        except BaseException:
            self.staged = before
            raise

    def begin_nested(self) -> Any:
        """A savepoint."""
        return self._savepoint()


@dataclass
class FakeStore:
    """Rows and the fence; plays the handler as well. Values that begin with `!` are refused with that state."""

    next: int = 0
    rows: list[tuple[Place, str]] = field(default_factory=list)
    slices: list[tuple[int, int]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    begun: int = 0
    suspicions: list[Suspicion] = field(default_factory=list)

    @asynccontextmanager
    async def begin(self, cause: Cause) -> AsyncIterator[FakeWork]:
        """One transaction: fence first, commit on a clean exit."""
        assert cause.slice is not None
        self.begun += 1
        if self.failures:
            raise self.failures.pop(0)
        if cause.slice.start != self.next:
            raise FenceLost(
                consumer=cause.slice.consumer,
                topic=cause.slice.topic,
                partition=cause.slice.partition,
                start=cause.slice.start,
            )
        work = FakeWork(self)
        yield work
        self.next = cause.slice.end
        self.rows += work.staged
        self.slices.append((cause.slice.start, cause.slice.end))

    def decode(self, slice_: Slice) -> list[tuple[Place, str]]:
        """One row for each line; a line `?` cannot be decoded."""
        rows = []
        for message in slice_.messages:
            whole = slice_.refused.get(Place(message.offset, None))
            if whole is not None:
                rows.append((Place(message.offset, None), f"refused: {whole.kind}"))
                continue
            for number, line in enumerate((message.value or b"").split(b"\n")):
                place = Place(message.offset, number)
                refused = slice_.refused.get(place)
                if refused is None and line == b"?":
                    raise ValueError("no record")
                rows.append((place, line.decode() if refused is None else f"refused: {refused.kind}"))
        return rows

    def lines(self, message: Message) -> int:
        """How many lines there are."""
        return (message.value or b"").count(b"\n") + 1

    async def write(self, work: FakeWork, slice_: Slice, decoded: list[tuple[Place, str]]) -> None:
        """Stages the rows, unless one of them is refused."""
        del slice_
        for place, row in decoded:
            if row.startswith("!"):
                raise StoreRefuses(row[1:6])
            if row.startswith("unique") and any(other == row for _, other in work.staged):
                raise StoreRefuses("23505")
            work.staged.append((place, row))

    async def applied(self, slice_: Slice, decoded: list[tuple[Place, str]]) -> None:
        """Nothing follows."""

    async def open(self, source: Source, *, beginning: int, messages_max: int) -> Suspicion:
        """The ledger's part."""
        del source, beginning
        return Suspicion(start=self.next, until=self.next + messages_max)

    async def remember(self, source: Source, suspicion: Suspicion) -> None:
        """The ledger's part: keeps what was announced."""
        del source
        self.suspicions.append(suspicion)

    async def release(self, leaving: Sequence[tuple[Source, Suspicion]]) -> None:
        """The ledger's part."""


def a_slice(*values: bytes, start: int = 0, refused: dict[Place, Refused] | None = None) -> Slice:
    """Consecutive messages with these values."""
    return Slice(
        source=PARTITION,
        start=start,
        end=start + len(values),
        messages=[FakeMessage(start + index, value) for index, value in enumerate(values)],
        refused=refused or {},
    )


def an_applier(store: FakeStore, *, turns: Turns | None = None) -> "Applier[FakeWork, list[tuple[Place, str]]]":
    """The chassis' applier on this store."""
    return Applier(
        begin=store.begin, handler=store, threads=ThreadPoolExecutor(1), writers=asyncio.Semaphore(1), turns=turns
    )


def nobody_waits() -> Waiting:
    """For tests that do not look at readiness."""
    return Waiting(blocked=lambda _: None, advanced=lambda _: None)
