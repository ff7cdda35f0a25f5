"""Neighbours and a shared memory inside the test's process: real applications, no sockets."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.types import ASGIApp

from chassis.cause import Subject
from gateway.application.ports import (
    Credentials,
    Incoming,
    MemoryAway,
    NeighbourUnavailable,
    Outgoing,
    Said,
    SignInRefused,
)
from gateway.clients.pipelined import NotAnswered, Refused
from gateway.clients.shared_memory import SharedMemory
from gateway.clients.standings import STANDING
from gateway.domain.live import AUDIENCE_EVENTS_MAX, LiveEvent, Place, Position, resumable
from gateway.domain.rate_limits import RateLimit, take


@dataclass
class NeighboursInMemory:
    """Sends to ASGI applications; a neighbour in `away` is not there, one in `frozen` says nothing."""

    applications: Mapping[str, ASGIApp]
    away: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    sent: list[Outgoing] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Incoming:
        self.sent.append(outgoing)
        if outgoing.neighbour in self.away:
            raise NeighbourUnavailable(neighbour=outgoing.neighbour)
        if outgoing.neighbour in self.frozen:
            await asyncio.sleep(30)
        transport = httpx2.ASGITransport(app=self.applications[outgoing.neighbour], raise_app_exceptions=False)
        body = outgoing.body if isinstance(outgoing.body, bytes) else await _collected(outgoing.body)
        async with httpx2.AsyncClient(transport=transport, base_url="http://neighbour.test") as client:
            answer = await client.request(
                outgoing.method, outgoing.target, headers=dict(outgoing.headers), content=body
            )
        kept = {name: value for name, value in answer.headers.items() if name not in {"content-length", "date"}}
        return Incoming(status=answer.status_code, headers=kept, body=answer.content)

    def asked(self, neighbour: str, method: str | None = None) -> list[Outgoing]:
        behind = {"/api/v1/openapi.json", STANDING}
        return [
            one
            for one in self.sent
            if one.neighbour == neighbour and one.target not in behind and method in {None, one.method}
        ]


async def _collected(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


class RedisInMemory:
    """As many commands as the shared memory uses; `away` fails as a dead server does."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.away = False

    async def call(self, *words: bytes | str | int) -> Any:  # the real one's
        if self.away:
            raise NotAnswered
        match words:
            case ("GET", str(key)):
                return self.values.get(key)
            case ("SET", str(key), value, "EX", int()):
                self.values[key] = value
                return b"OK"
            case ("EVALSHA", *_):
                raise Refused("NOSCRIPT No matching script.")
            case ("EVAL", str(), "1", str(key), int(interval), int(room)):
                return self._take(key, interval, room)
        raise AssertionError(words)

    async def close(self) -> None:
        return None

    def _take(self, key: str, interval: int, room: int) -> int:
        limit = RateLimit(requests_per_minute=60_000_000 // interval, burst=room // interval)
        taken = take(limit, full_at=self.values.get(key, 0), now=time.time_ns() // 1000)
        self.values[key] = taken.full_at
        return taken.wait


def a_memory(client: RedisInMemory | None = None) -> SharedMemory:
    return SharedMemory(client or RedisInMemory())


@dataclass
class LogInMemory:
    """A live log of one process; `away` fails as a dead server does, and interrupts whoever follows."""

    said: list[Said] = field(default_factory=list)
    life: str = "0123456789abcdef"
    reads: int = 0
    joined: int = 0
    away: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def address(self, audience: str) -> str:
        return f"hidden:{audience}"

    async def append(self, event: LiveEvent, audiences: frozenset[str]) -> None:
        self._answer()
        async with self._news:
            place = Place(self.life, Position(1_000 + len(self.said), 0))
            self.said.append(Said(place, event, frozenset(self.address(one) for one in audiences)))
            self._news.notify_all()

    async def since(self, last: str | None, addresses: frozenset[str]) -> tuple[Place, list[Said] | None]:
        self._answer()
        self.joined += 1
        now = Place(self.life, Position(999 + len(self.said), 0))
        if last is None:
            return now, []
        asked = Place.parse(last)
        if asked is None or not resumable(asked, now=now):
            return now, None
        missed = [one for one in self.said if one.place.position > asked.position and one.addresses & addresses]
        return now, missed if len(missed) < AUDIENCE_EVENTS_MAX else None

    async def follow(self) -> AsyncIterator[Place | Said]:
        self._answer()
        seen = len(self.said)
        yield Place(self.life, Position(999 + seen, 0))
        while True:
            async with self._news:
                while len(self.said) == seen and not self.away:
                    await self._news.wait()
            self._answer()
            for one in self.said[seen:]:
                yield one
            seen = len(self.said)

    async def break_off(self) -> None:
        async with self._news:
            self.away = True
            self._news.notify_all()

    def _answer(self) -> None:
        self.reads += 1
        if self.away:
            raise MemoryAway


@dataclass
class ProviderInMemory:
    """Gives the token of a subject for the code `good`, once."""

    tokens: Mapping[str, str] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)

    async def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> Credentials:  # the real one's
        if code not in self.tokens:
            raise SignInRefused
        return Credentials(access_token=self.tokens[code], refresh_token="r-1", expires_in=300)

    async def renew(self, *, refresh_token: str) -> Credentials:
        if refresh_token in self.revoked:
            raise SignInRefused
        return Credentials(access_token="renewed", refresh_token="r-2", expires_in=300)

    async def revoke(self, *, refresh_token: str) -> None:
        self.revoked.append(refresh_token)


PLEDGOR = Subject(user_id="u-1", roles=frozenset({"PL", "LE"}), participant_id="P-1", accounts=("180000000011",))
REVIEWER = Subject(user_id="u-2", roles=frozenset({"RV"}))
ANALYST = Subject(user_id="u-3", roles=frozenset({"RA"}))
STEWARD = Subject(user_id="u-4", roles=frozenset({"DS"}))
