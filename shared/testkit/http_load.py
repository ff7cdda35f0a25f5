"""Load over plain sockets: so little client that what is measured is the server."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import cast

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One round: how many were answered a second, how long one took (milliseconds), and what was not a 200."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


class _Caller(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes, until: float) -> None:
        self._request = request
        self._until = until
        self._asked_at = 0.0
        self._received = b""
        self.took: list[float] = []
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(_END)
        if not found or len(body) < _length(head):
            return
        now = time.perf_counter()
        self.took.append(now - self._asked_at)
        if not head.startswith(b"HTTP/1.1 200"):
            self.failed += 1
        self._received = b""
        if now < self._until:
            self._ask()
        elif not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self.done.done():
            self.failed += 1
            self.done.set_result(None)

    def _ask(self) -> None:
        assert self._transport is not None
        self._asked_at = time.perf_counter()
        self._transport.write(self._request)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    raise ValueError("an answer without its length")


def measure(port: int, path: str, *, clients: int, seconds: float, headers: Sequence[tuple[str, str]] = ()) -> Measured:
    """Asks one path of a local server from so many connections for so long."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in headers)]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(port, request, clients, seconds))


async def _measure(port: int, request: bytes, clients: int, seconds: float) -> Measured:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    until = started + seconds
    made = [await loop.create_connection(lambda: _Caller(request, until), "127.0.0.1", port) for _ in range(clients)]
    callers = [caller for _, caller in made]
    await asyncio.wait([caller.done for caller in callers], timeout=seconds + 30)
    passed = time.perf_counter() - started
    for caller in callers:
        caller.close()
    await asyncio.sleep(0.05)  # the loop closes sockets in turns of its own
    took = [one for caller in callers for one in caller.took]
    spread = quantiles(took, n=100) if len(took) > 1 else [float("nan")] * 99
    return Measured(
        per_second=len(took) / passed,
        p50_ms=spread[49] * 1000,
        p99_ms=spread[98] * 1000,
        failed=sum(caller.failed for caller in callers),
    )
