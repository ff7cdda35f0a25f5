"""What all gateway processes remember together, in Valkey; nothing here is needed to be right.

An emptied memory costs a call more, a dead or frozen one costs a fraction of a second now and then: after a failure
it is left alone for a while, and each process remembers for itself.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chassis.cause import Subject
from chassis.logs import logger
from gateway.clients.pipelined import NotAnswered, Refused
from gateway.domain.rate_limits import RateLimit

ANSWER_SECONDS_MAX = 0.25
LEFT_ALONE_SECONDS = 2.0
REGISTERED_SECONDS = 600
REMEMBERED_MAX = 10_000
# `gateway.domain.rate_limits.take`, by the server's own clock: the bucket lives as long as it is not full.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local starts_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local interval = tonumber(ARGV[1])
local wait = starts_at + interval - now - tonumber(ARGV[2])
if wait > 0 then return wait end
local full_at = starts_at + interval
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
return 0
"""
_TAKE_SHA = hashlib.sha1(_TAKE.encode(), usedforsecurity=False).hexdigest()


def connect(url: str, *, answer_seconds_max: float = ANSWER_SECONDS_MAX) -> "Redis":
    """A client of streams that waits a fraction of a second, unless told otherwise, and never tries twice."""
    return Redis.from_url(
        url,
        socket_timeout=answer_seconds_max,
        socket_connect_timeout=ANSWER_SECONDS_MAX,
        retry=Retry(NoBackoff(), 0),
        max_connections=50,
    )


class Commands(Protocol):
    """Asks the server one command."""

    async def call(self, *words: bytes | str | int) -> Any:
        """The answer.

        Raises:
            NotAnswered: there is none in time.
            Refused: it is an error.
        """
        ...

    async def close(self) -> None:
        """Closes the connection."""
        ...


class SharedMemory:
    """Small values with a life span, and buckets. Every method has an answer for a memory that is away: None."""

    def __init__(
        self, client: Commands, *, secret: bytes | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._secret = secret or secrets.token_bytes(32)
        self._monotonic = monotonic
        self._alone_until = float("-inf")

    def key(self, kind: str, *parts: str) -> str:
        """A key that tells nobody whom it is about."""
        digest = hmac.digest(self._secret, "\0".join(parts).encode(), "sha256").hex()
        return f"gateway:{kind}:{digest}"

    async def get(self, key: str) -> bytes | None:
        """What is remembered under a key."""
        held: bytes | None = await self._trying("GET", key)
        return held

    async def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Remembers a value for a while."""
        await self._trying("SET", key, value, "EX", seconds)

    async def take(self, key: str, limit: RateLimit) -> int | None:
        """One request's room out of the bucket of a key: microseconds to wait until there is any, 0 where there was."""
        arguments = ("1", key, limit.interval, limit.burst * limit.interval)
        wait: int | None = await self._trying("EVALSHA", _TAKE_SHA, *arguments)
        return wait

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.close()

    async def _trying(self, *words: bytes | str | int) -> Any:
        if self._monotonic() < self._alone_until:
            return None
        try:
            return await self._called(*words)
        except (NotAnswered, Refused, OSError) as error:
            if self._monotonic() >= self._alone_until:
                logger("memory").warning("the shared memory is away", reason=type(error).__name__)
            self._alone_until = self._monotonic() + LEFT_ALONE_SECONDS
            return None

    async def _called(self, *words: bytes | str | int) -> Any:
        try:
            return await self._client.call(*words)
        except Refused as refused:
            if not str(refused).startswith("NOSCRIPT"):
                raise
        # A server that was started anew knows no script.
        return await self._client.call("EVAL", _TAKE, *words[2:])


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
