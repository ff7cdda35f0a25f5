"""Who is connected to this process, and what each is still to be told. One reader of the log serves them all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Literal

from chassis.kernel import Refusal
from gateway.application.ports import LiveLog, MemoryAway, Said
from gateway.domain.live import RIGHTS_CHANGED, SESSION_ENDED, Audience, LiveEvent, Place

CONNECTIONS_PER_USER_MAX = 8
CONNECTIONS_MAX = 10_000
WAITING_MAX = 512
JOIN_SECONDS_MAX = 1.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
Kind = Literal["here", "event", "reset", "end"]


class TooManyConnections(Refusal):
    """This login, or this process, has as many live connections as it may have."""

    slug = "too-many-live-connections"
    title_zh = "实时连接过多，请关闭其他窗口后重试"
    title_en = "Too many live connections; close another window and try again"


@dataclass(frozen=True)
class Told:
    """One message to a client. `here` names a place; `reset`: something may be missing, read everything again."""

    kind: Kind
    place: Place | None = None
    event: LiveEvent | None = None


@dataclass(eq=False)
class Connection:
    """One connected client. What waits is bounded: whoever does not keep up is told to read again."""

    user_id: str
    addresses: frozenset[str]
    _waiting: asyncio.Queue[Told] = field(default_factory=lambda: asyncio.Queue(WAITING_MAX + 1))
    _after: Place | None = None

    def begin(self, told: Iterable[Told], *, after: Place) -> None:
        """What is told first. What the reader brought meanwhile comes behind it, unless it is part of it."""
        meanwhile = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
        for one in told:
            self._waiting.put_nowait(one)
        self._after = after
        for one in meanwhile:
            self.tell(one)

    def tell(self, told: Told) -> None:
        """Adds a message."""
        if told.kind == "event" and self._has_been_told(told.place):
            return
        if told.kind == "event" and self._waiting.qsize() >= WAITING_MAX:
            self._forget_all()
            told = Told("reset", told.place)
        if self._waiting.full():
            self._forget_all()
        self._waiting.put_nowait(told)

    async def next(self, *, seconds: float) -> Told | None:
        """The next message, or None after so long a silence."""
        try:
            async with asyncio.timeout(seconds):
                return await self._waiting.get()
        except TimeoutError:
            return None

    def _forget_all(self) -> None:
        while not self._waiting.empty():
            self._waiting.get_nowait()

    def _has_been_told(self, place: Place | None) -> bool:
        if place is None or self._after is None or place.life != self._after.life:
            return False
        return place.position <= self._after.position


class LiveHub:
    """Connections by address. The log is read once per process, and not at all while nobody is connected."""

    def __init__(self, log: LiveLog) -> None:
        self._log = log
        self._connections: set[Connection] = set()
        self._by_address: dict[str, set[Connection]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._following = asyncio.Event()
        self._draining = False

    @property
    def connections(self) -> int:
        """How many clients are connected to this process."""
        return len(self._connections)

    @contextlib.asynccontextmanager
    async def connected(
        self, *, user_id: str, audiences: frozenset[str], last: str | None
    ) -> AsyncIterator[Connection]:
        """A client, for as long as it is connected; `last` is where its connection before this one had come to.

        Raises:
            TooManyConnections: of this login, or altogether.
            MemoryAway: the log cannot be read now.
        """
        self._require_room(user_id)
        connection = Connection(user_id, frozenset(self._log.address(one) for one in audiences))
        self._add(connection)
        try:
            await self._join(connection, last)
            yield connection
        finally:
            self._remove(connection)

    def drain(self) -> None:
        """Ends every connection: clients come back, to another process, with the place they have come to."""
        self._draining = True
        for connection in self._connections:
            connection.tell(Told("end"))

    async def close(self) -> None:
        """Stops reading."""
        self.drain()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _require_room(self, user_id: str) -> None:
        if self._draining or len(self._connections) >= CONNECTIONS_MAX:
            raise TooManyConnections(connections_max=CONNECTIONS_MAX)
        own = self._by_address.get(self._log.address(Audience.user(user_id)), ())
        if sum(one.user_id == user_id for one in own) >= CONNECTIONS_PER_USER_MAX:
            raise TooManyConnections(connections_max=CONNECTIONS_PER_USER_MAX)

    def _add(self, connection: Connection) -> None:
        self._connections.add(connection)
        for address in connection.addresses:
            self._by_address.setdefault(address, set()).add(connection)

    def _remove(self, connection: Connection) -> None:
        self._connections.discard(connection)
        for address in connection.addresses:
            self._by_address[address].discard(connection)
            if not self._by_address[address]:
                del self._by_address[address]
        if not self._connections and self._reading is not None:
            self._reading.cancel()
            self._reading = None
            self._following.clear()

    async def _join(self, connection: Connection, last: str | None) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name="live")
        try:
            async with asyncio.timeout(JOIN_SECONDS_MAX):
                # First the reader, then the past: what is said in between arrives twice and is told once.
                await self._following.wait()
                now, missed = await self._log.since(last, connection.addresses)
        except TimeoutError as error:
            raise MemoryAway from error
        if missed is None or len(missed) > WAITING_MAX // 2:
            connection.begin([Told("reset", now)], after=now)
            return
        events = [Told("event", one.place, one.event) for one in missed if one.event.type != SESSION_ENDED]
        connection.begin([*events, Told("here", now)], after=now)

    async def _read(self) -> None:
        failures = 0
        interrupted = False
        while True:
            try:
                async for heard in self._log.follow():
                    failures = 0
                    if isinstance(heard, Place):
                        self._follows_from(heard, interrupted=interrupted)
                    else:
                        self._tell(heard)
            except MemoryAway:
                interrupted = True
                self._following.clear()
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    def _follows_from(self, place: Place, *, interrupted: bool) -> None:
        self._following.set()
        if interrupted:
            # What was said meanwhile was told to nobody here.
            for connection in self._connections:
                connection.tell(Told("reset", place))

    def _tell(self, said: Said) -> None:
        addressed = {one for address in said.addresses for one in self._by_address.get(address, ())}
        for connection in addressed:
            if said.event.type != SESSION_ENDED:
                connection.tell(Told("event", said.place, said.event))
            if said.event.type == SESSION_ENDED or said.event.type.startswith(RIGHTS_CHANGED):
                connection.tell(Told("end"))
