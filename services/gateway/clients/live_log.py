"""The live log in Valkey: one stream of everything, which each process follows, and one per audience, to come back to.

Streams are bounded in length and in time. Their keys share one hash tag, so that one script may write them together.
"""

import json
import secrets
from collections.abc import AsyncIterator, Iterable
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.application.ports import MemoryAway, Said
from gateway.clients.shared_memory import SharedMemory
from gateway.domain.live import (
    AUDIENCE_EVENTS_MAX,
    EVERYTHING_EVENTS_MAX,
    RETAINED_SECONDS,
    LiveEvent,
    Place,
    Position,
    resumable,
)

READ_SECONDS_MAX = 30
BATCH_MAX = 500
_TAG = "gateway:{live}"
_LIFE = f"{_TAG}:life"
_NUMBER = f"{_TAG}:number"
_EVERYTHING = f"{_TAG}:everything"
_AWAY = (RedisError, OSError, TimeoutError)

# One order for everybody: an event has the same id in the stream of everything and in those of its audiences. Numbers
# without a gap tell a follower that nothing was trimmed before it came to it.
_APPEND = """
local life = redis.call('GET', KEYS[1])
if not life then life = ARGV[1]; redis.call('SET', KEYS[1], life) end
local number = redis.call('INCR', KEYS[2])
local id = redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*',
                      'life', life, 'number', number, 'event', ARGV[5], 'to', ARGV[6])
for i = 4, #KEYS do
  redis.call('XADD', KEYS[i], 'MAXLEN', ARGV[3], id, 'event', ARGV[5])
  redis.call('EXPIRE', KEYS[i], ARGV[4])
end
return id
"""


class LiveStreams:
    """The log. `follower` is a client of its own: its one connection waits for the next event for half a minute."""

    def __init__(self, client: "Redis", follower: "Redis", memory: SharedMemory) -> None:
        self._client = client
        self._follower = follower
        self._memory = memory
        self._append = client.register_script(_APPEND)

    def address(self, audience: str) -> str:
        """The stream of an audience; its name is a keyed hash."""
        return self._memory.key("{live}", audience)

    async def append(self, event: LiveEvent, audiences: frozenset[str]) -> None:
        """Says an event to its audiences."""
        addresses = sorted(self.address(one) for one in audiences)
        said = json.dumps({"id": event.id, "type": event.type, "ids": dict(event.ids)}, separators=(",", ":"))
        bounds = [EVERYTHING_EVENTS_MAX, AUDIENCE_EVENTS_MAX, RETAINED_SECONDS]
        try:
            await self._append(
                keys=[_LIFE, _NUMBER, _EVERYTHING, *addresses],
                args=[_new_life(), *bounds, said, " ".join(addresses)],
            )
        except _AWAY as error:
            raise MemoryAway from error

    async def since(self, last: str | None, addresses: frozenset[str]) -> tuple[Place, list[Said] | None]:
        """Where the log is, and what these were told since `last`."""
        asked = Place.parse(last) if last else None
        try:
            now = await self._now()
            if last is None:
                return now, []
            if asked is None or not resumable(asked, now=now):
                return now, None
            return now, await self._missed(asked, now, addresses)
        except _AWAY as error:
            raise MemoryAway from error

    async def follow(self) -> AsyncIterator[Place | Said]:
        """The place from which it follows, then each event as it is said."""
        try:
            life, number, position = await self._head()
            yield Place(life, position)
            while True:
                entries = await self._next(position)
                for key, fields in entries:
                    position = Position.parse(_text(key))
                    number += 1
                    if _text(fields[b"life"]) != life or int(fields[b"number"]) != number:
                        raise MemoryAway  # the memory was emptied, or what we had not read was trimmed
                    addresses = frozenset(_text(fields[b"to"]).split())
                    yield Said(Place(life, position), _event(fields[b"event"]), addresses)
        except _AWAY as error:
            raise MemoryAway from error
        finally:
            # A read that was given up would leave its answer to the next one.
            await self._follower.connection_pool.disconnect()

    async def close(self) -> None:
        """Closes both clients."""
        await self._client.aclose()
        await self._follower.aclose()

    async def _next(self, position: Position) -> Iterable[tuple[bytes, dict[bytes, bytes]]]:
        answer: Any = await self._follower.xread(
            {_EVERYTHING: str(position)}, count=BATCH_MAX, block=READ_SECONDS_MAX * 1000
        )
        streams = answer.items() if isinstance(answer, dict) else answer or ()
        for _, batches in streams:
            entries = batches[0] if isinstance(answer, dict) else batches
            return cast("Iterable[tuple[bytes, dict[bytes, bytes]]]", entries)
        return ()

    async def _head(self) -> tuple[str, int, Position]:
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.set(_LIFE, _new_life(), nx=True)
            pipeline.get(_LIFE)
            pipeline.get(_NUMBER)
            pipeline.xrevrange(_EVERYTHING, count=1)
            _, life, number, newest = await pipeline.execute()
        position = Position.parse(_text(newest[0][0])) if newest else Position(0, 0)
        return _text(life), int(number or 0), position

    async def _now(self) -> Place:
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.set(_LIFE, _new_life(), nx=True)
            pipeline.get(_LIFE)
            pipeline.time()
            pipeline.xrevrange(_EVERYTHING, count=1)
            _, life, (seconds, microseconds), newest = await pipeline.execute()
        # Nothing will be said with an earlier id than now: a quiet log has a place in time, too.
        quiet = Position(int(seconds) * 1000 + int(microseconds) // 1000 - 1, 0)
        said = Position.parse(_text(newest[0][0])) if newest else quiet
        return Place(_text(life), max(said, quiet))

    async def _missed(self, asked: Place, now: Place, addresses: frozenset[str]) -> list[Said] | None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for address in sorted(addresses):
                pipeline.xrange(address, min=f"({asked.position}", max=str(now.position), count=AUDIENCE_EVENTS_MAX)
            streams = await pipeline.execute()
        if any(len(entries) >= AUDIENCE_EVENTS_MAX for entries in streams):
            return None
        found = {_text(key): fields for entries in streams for key, fields in entries}
        missed = [
            Said(Place(now.life, Position.parse(key)), _event(fields[b"event"]), addresses)
            for key, fields in found.items()
        ]
        return sorted(missed, key=lambda said: said.place.position)


def _event(said: bytes) -> LiveEvent:
    return LiveEvent(**json.loads(said))


def _new_life() -> str:
    return secrets.token_hex(8)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
