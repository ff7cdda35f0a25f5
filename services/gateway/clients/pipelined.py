"""One connection to Valkey for all of a process's short questions: written together, answered in order.

A client that takes a connection from a pool for each question pays for the pool, not for the question: under load this
one asks for dozens of values with one write and one read.
"""

import asyncio
import ssl
from collections import deque
from typing import Any, cast
from urllib.parse import SplitResult, unquote, urlsplit

import hiredis

CONNECT_SECONDS_MAX = 0.25
WAITING_MAX = 10_000


class NotAnswered(OSError):
    """The server is away, does not answer in time, or has too many questions before this one."""


class Refused(RuntimeError):
    """The server answered with an error."""


class _Wire(asyncio.Protocol):
    """Answers come in the order of the questions."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._unsent: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A stream's transport; uvloop's is no asyncio.Transport by class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (answer := self._reader.gets()) is not False:
            asked = self._waiting.popleft()
            if asked.done():
                continue
            if isinstance(answer, hiredis.ReplyError):
                asked.set_exception(Refused(str(answer)))
            else:
                asked.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        while self._waiting:
            asked = self._waiting.popleft()
            if not asked.done():
                asked.set_exception(NotAnswered("the connection was lost"))

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, *words: bytes | str | int) -> asyncio.Future[Any]:
        """Sends with whatever else is asked in this turn of the loop."""
        if not self.open or len(self._waiting) >= WAITING_MAX:
            raise NotAnswered("the connection is closed, or too much waits")
        loop = asyncio.get_running_loop()
        if not self._unsent:
            loop.call_soon(self._send)
        self._unsent.append(hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub knows one word only
        asked: asyncio.Future[Any] = loop.create_future()
        self._waiting.append(asked)
        return asked

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _send(self) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(self._unsent))
        self._unsent.clear()


class PipelinedValkey:
    """A client of one connection, made at the first question and anew after it was lost."""

    def __init__(self, url: str, *, answer_seconds_max: float) -> None:
        self._url = urlsplit(url)
        self._answer_seconds_max = answer_seconds_max
        self._wire: _Wire | None = None
        self._connecting = asyncio.Lock()

    async def call(self, *words: bytes | str | int) -> Any:
        """The answer to one command.

        Raises:
            NotAnswered: there is none in time; the connection is given up, since its answers are in order.
            Refused: the answer is an error.
        """
        wire = self._wire
        if wire is None or not wire.open:
            wire = await self._connected()
        asked = wire.ask(*words)
        try:
            async with asyncio.timeout(self._answer_seconds_max):
                return await asked
        except TimeoutError as error:
            wire.close()
            raise NotAnswered("no answer in time") from error

    async def close(self) -> None:
        """Closes the connection."""
        if self._wire is not None:
            self._wire.close()

    async def _connected(self) -> _Wire:
        async with self._connecting:
            if self._wire is None or not self._wire.open:
                try:
                    async with asyncio.timeout(CONNECT_SECONDS_MAX):
                        self._wire = await self._connect()
                except TimeoutError as error:
                    raise NotAnswered("no connection in time") from error
            return self._wire

    async def _connect(self) -> _Wire:
        url = self._url
        _, wire = await asyncio.get_running_loop().create_connection(
            _Wire, url.hostname or "127.0.0.1", url.port or 6379, ssl=_tls(url)
        )
        try:
            if url.password:
                login = [unquote(url.username)] if url.username else []
                await wire.ask("AUTH", *login, unquote(url.password))
            if database := url.path.strip("/"):
                await wire.ask("SELECT", database)
        except BaseException:
            wire.close()
            raise
        return wire


def _tls(url: SplitResult) -> ssl.SSLContext | None:
    return ssl.create_default_context() if url.scheme == "rediss" else None
