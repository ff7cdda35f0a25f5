"""A wire that can be cut: a proxy on loopback between a service and what it depends on."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from local_stack import ports

_CHUNK = 64 * 1024
_WITHIN_S = 10

T = TypeVar("T")


class Proxy:
    """Carries bytes to one port. Cut, it swallows them without a word, as a broken network does.

    A connection that is made meanwhile is accepted and leads nowhere. What was swallowed by the cut is delivered when
    the wire is whole again, as retransmission does; `slow` makes every piece of an answer late.
    """

    def __init__(self, to_port: int) -> None:
        self.port = ports.reserved_port()
        self._to_port = to_port
        self._delay_s = 0.0
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._whole.set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._carry, ports.HOST, self.port))
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WITHIN_S)
        self._loop.close()

    def cut(self) -> None:
        """Nothing passes from now on, in either direction."""
        self._now(self._whole.clear)

    def mend(self) -> None:
        """Lets everything pass, without delay."""
        self._delay_s = 0.0
        self._now(self._whole.set)

    def slow(self, seconds: float) -> None:
        """Every piece of an answer takes so long."""
        self._delay_s = seconds

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A connection that still stands when the proxy ends is no failure of anybody's.
        with contextlib.suppress(asyncio.CancelledError):
            await self._connect(reader, writer)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        try:
            beyond_reader, beyond_writer = await asyncio.open_connection(ports.HOST, self._to_port)
        except OSError:
            writer.close()
            return
        there = asyncio.create_task(self._pump(reader, beyond_writer, late=False))
        back = asyncio.create_task(self._pump(beyond_reader, writer, late=True))
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        for one in (there, back):
            one.cancel()
        await asyncio.gather(there, back, return_exceptions=True)
        for end in (writer, beyond_writer):
            end.close()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, late: bool) -> None:
        while piece := await source.read(_CHUNK):
            await self._whole.wait()
            if late and self._delay_s:
                await asyncio.sleep(self._delay_s)
            target.write(piece)
            await target.drain()

    async def _close(self) -> None:
        self._server.close()
        others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WITHIN_S)

    def _now(self, act: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(act)
