"""Answers that everybody who may read them reads alike: kept ready as bytes, in this process and in the shared memory.

Only rows of the matrix that leave no trace and show nobody's own objects can be named here; a test walks all routes.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec
from fastapi import Request, Response

from chassis.problems import preferred_language
from gateway.application.ports import Incoming
from gateway.application.route_table import Operation

# Seconds in the shared memory, by row of the matrix.
CACHED_SECONDS: Mapping[str, int] = {"public.read": 30, "calendar.read": 60}
# Within this the process does not even ask the shared memory: an answer is at most this much older than there.
HERE_SECONDS = 1.0
HERE_MAX = 1_000
_OK = 200
_UNCHANGED = 304


class Memory(Protocol):
    """What all gateway processes remember together."""

    def key(self, kind: str, *parts: str) -> str:
        """A key that tells nobody what it is about."""
        ...

    async def get(self, key: str) -> bytes | None:
        """What is remembered."""
        ...

    async def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Remembers for a while."""
        ...


class Kept(msgspec.Struct, frozen=True):
    """A 200 as it stands in the memory."""

    content_type: str
    language: str | None
    etag: str
    body: bytes


@dataclass(frozen=True)
class Ready:
    """The same with its headers as they go out."""

    operation: str
    etag: str
    body: bytes
    headers: list[tuple[bytes, bytes]]
    unchanged_headers: list[tuple[bytes, bytes]]
    until: float


class _Prepared(Response):
    """A response whose headers were encoded before."""

    def __init__(self, status_code: int, body: bytes, raw_headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code = status_code
        self.body = body
        self.background = None
        self.raw_headers = raw_headers


Ask = Callable[[], Awaitable[Incoming]]


class CachedReads:
    """Many who ask for the same at once are one question to its owner."""

    def __init__(self, memory: Memory, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._memory = memory
        self._monotonic = monotonic
        self._here: dict[tuple[str, str], Ready] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Incoming | Ready]] = {}

    @staticmethod
    def covers(operation: Operation, *, traced: bool) -> bool:
        """Whether an operation's answers may be kept."""
        return operation.reading and not traced and not operation.streaming and operation.operation in CACHED_SECONDS

    def here(self, request: Request, target: str) -> Response | None:
        """What this process holds ready."""
        ready = self.ready(target, _language(request))
        return None if ready is None else _answered(request, ready)

    def ready(self, target: str, language: str, *, operation: str | None = None) -> Ready | None:
        """The same as bytes; with `operation`, only what stands under that row of the matrix."""
        ready = self._here.get((target, language))
        if ready is None or ready.until < self._monotonic() or operation not in {None, ready.operation}:
            return None
        return ready

    async def answer(self, request: Request, operation: Operation, target: str, ask: Ask) -> Response | Incoming:
        """What is kept; else the owner's answer, which is kept if it is one.

        Raises:
            NeighbourUnavailable: nothing is kept, and the owner does not answer.
        """
        kept_as = (target, _language(request))
        asking = self._asking.get(kept_as)
        if asking is None:
            asking = asyncio.create_task(self._found(kept_as, operation, ask))
            self._asking[kept_as] = asking
            asking.add_done_callback(lambda _: self._asking.pop(kept_as, None))
        # One request that is given up must not take the answer from the others.
        found = await asyncio.shield(asking)
        return _answered(request, found) if isinstance(found, Ready) else found

    async def _found(self, kept_as: tuple[str, str], operation: Operation, ask: Ask) -> Incoming | Ready:
        key = self._memory.key("answer", *kept_as)
        held = await self._memory.get(key)
        if held is not None:
            return self._remember(kept_as, operation, msgspec.msgpack.decode(held, type=Kept))
        incoming = await ask()
        if incoming.status != _OK or not isinstance(incoming.body, bytes):
            return incoming
        kept = _kept(incoming, incoming.body)
        await self._memory.put(key, msgspec.msgpack.encode(kept), seconds=CACHED_SECONDS[operation.operation])
        return self._remember(kept_as, operation, kept)

    def _remember(self, kept_as: tuple[str, str], operation: Operation, kept: Kept) -> Ready:
        seconds = CACHED_SECONDS[operation.operation]
        scope = "public" if operation.operation == "public.read" else "private"
        headers = {
            "content-type": kept.content_type,
            "content-length": str(len(kept.body)),
            "etag": kept.etag,
            "cache-control": f"{scope}, max-age={seconds}",
            "vary": "Accept-Language, Authorization",
            **({"content-language": kept.language} if kept.language else {}),
        }
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        ready = Ready(
            operation=operation.operation,
            etag=kept.etag,
            body=kept.body,
            headers=encoded,
            unchanged_headers=[header for header in encoded if not header[0].startswith(b"content-")],
            until=self._monotonic() + HERE_SECONDS,
        )
        if len(self._here) >= HERE_MAX:
            self._here.clear()
        self._here[kept_as] = ready
        return ready


def _language(request: Request) -> str:
    return preferred_language(request.headers.get("accept-language"))


def _kept(incoming: Incoming, body: bytes) -> Kept:
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Kept(
        content_type=incoming.headers.get("content-type", "application/json"),
        language=incoming.headers.get("content-language"),
        etag=incoming.headers.get("etag", f'"{digest}"'),
        body=body,
    )


def _answered(request: Request, ready: Ready) -> Response:
    asked = request.headers.get("if-none-match")
    if asked is not None and named(asked, ready.etag):
        return _Prepared(_UNCHANGED, b"", ready.unchanged_headers)
    return _Prepared(_OK, ready.body, ready.headers)


def named(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names an entity tag."""
    tags = (one.strip().removeprefix("W/") for one in if_none_match.split(","))
    return any(one in {"*", etag} for one in tags)
