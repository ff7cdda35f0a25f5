"""What all gateway processes remember together, in Valkey; nothing here is needed to be right.

An emptied memory costs a call more, a dead or frozen one costs a fraction of a second now and then: after a failure
it is left alone for a while, and each process remembers for itself.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chassis.cause import Subject
from chassis.logs import logger

ANSWER_SECONDS_MAX = 0.25
LEFT_ALONE_SECONDS = 2.0
REGISTERED_SECONDS = 600
REMEMBERED_MAX = 10_000
T = TypeVar("T")


def connect(url: str, *, answer_seconds_max: float = ANSWER_SECONDS_MAX) -> "Redis":
    """A client that waits a fraction of a second, unless told otherwise, and never tries twice."""
    return Redis.from_url(
        url,
        socket_timeout=answer_seconds_max,
        socket_connect_timeout=ANSWER_SECONDS_MAX,
        retry=Retry(NoBackoff(), 0),
        max_connections=50,
    )


class SharedMemory:
    """Small values with a life span, and counters. Every method has an answer for a memory that is away: None."""

    def __init__(
        self, client: "Redis", *, secret: bytes | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._secret = secret or secrets.token_bytes(32)
        self._monotonic = monotonic
        self._alone_until = float("-inf")

    def key(self, kind: str, *parts: str) -> str:
        """A key that tells nobody whom it is about."""
        digest = hmac.new(self._secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
        return f"gateway:{kind}:{digest}"

    async def get(self, key: str) -> bytes | None:
        """What is remembered under a key."""

        async def get() -> bytes | None:
            held = await self._client.get(key)
            return held.encode() if isinstance(held, str) else held

        return await self._trying(get)

    async def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Remembers a value for a while."""
        await self._trying(lambda: self._client.set(key, value, ex=seconds))

    async def count(self, key: str, *, seconds: int) -> int | None:
        """Adds one to a counter that begins anew after so many seconds, and says how far it is."""

        async def add() -> int:
            async with self._client.pipeline(transaction=True) as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, seconds, nx=True)
                counted, _ = await pipeline.execute()
            return int(counted)

        return await self._trying(add)

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

    async def _trying(self, act: Callable[[], Awaitable[T]]) -> T | None:
        if self._monotonic() < self._alone_until:
            return None
        try:
            return await act()
        except (RedisError, OSError, TimeoutError) as error:
            self._alone_until = self._monotonic() + LEFT_ALONE_SECONDS
            logger("memory").warning("the shared memory is away", reason=type(error).__name__)
            return None


class RememberedRegistrations:
    """Who was registered lately: in this process, and in the shared memory for the others."""

    def __init__(self, memory: SharedMemory, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._memory = memory
        self._monotonic = monotonic
        self._until: dict[str, float] = {}

    async def known(self, subject: Subject) -> bool:
        """Whether this login was registered lately, with these very claims."""
        key = self._key(subject)
        if self._until.get(key, float("-inf")) > self._monotonic():
            return True
        if await self._memory.get(key) is None:
            return False
        self._remember_here(key)
        return True

    async def remember(self, subject: Subject) -> None:
        """It was registered just now."""
        key = self._key(subject)
        self._remember_here(key)
        await self._memory.put(key, b"1", seconds=REGISTERED_SECONDS)

    def _remember_here(self, key: str) -> None:
        if len(self._until) >= REMEMBERED_MAX:
            self._until.clear()
        self._until[key] = self._monotonic() + REGISTERED_SECONDS

    def _key(self, subject: Subject) -> str:
        claims = (subject.user_id, subject.participant_id or "", subject.function, *sorted(subject.roles))
        return self._memory.key("registered", *claims, "accounts", *sorted(subject.accounts))
