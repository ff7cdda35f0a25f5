"""The neighbours' interfaces are learned without anybody waiting for a neighbour that is not needed."""

import asyncio
import json
from dataclasses import dataclass, field

from gateway.application.ports import Incoming, NeighbourUnavailable, Outgoing
from gateway.clients.interfaces import PublishedInterfaces


@dataclass
class Wire:
    """Two neighbours; one may be away, or frozen until it is let go."""

    away: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Incoming:
        self.asked.append(outgoing.neighbour)
        if outgoing.neighbour in self.frozen:
            await self.let_go.wait()
        if outgoing.neighbour in self.away:
            raise NeighbourUnavailable(neighbour=outgoing.neighbour)
        path = f"/api/v1/{outgoing.neighbour}"
        document = {"paths": {path: {"get": {"x-pledgeboard-operation": "public.read"}}}}
        return Incoming(status=200, headers={}, body=json.dumps(document).encode())


@dataclass
class Watch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def interfaces(wire: Wire, watch: Watch) -> PublishedInterfaces:
    return PublishedInterfaces(("listing", "review"), wire, monotonic=watch)


async def test_the_first_who_needs_it_waits_for_everybody() -> None:
    published = await interfaces(Wire(), Watch()).complete()

    assert published.missing == frozenset()
    assert published.table.find("GET", "/api/v1/review") is not None


async def test_what_is_known_is_answered_at_once_while_another_is_frozen() -> None:
    wire, watch = Wire(), Watch()
    learned = interfaces(wire, watch)
    await learned.complete()
    wire.frozen = {"review"}
    watch.now += 61

    known = learned.known()

    assert known.table.find("GET", "/api/v1/listing") is not None
    assert known.table.find("GET", "/api/v1/review") is not None
    wire.let_go.set()
    await learned.complete()


async def test_who_was_never_heard_of_is_asked_again_after_a_second() -> None:
    wire, watch = Wire(away={"review"}), Watch()
    learned = interfaces(wire, watch)
    assert (await learned.complete()).missing == {"review"}
    wire.away.clear()

    assert (await learned.complete()).missing == {"review"}
    watch.now += 1.1

    assert (await learned.complete()).missing == frozenset()
    assert wire.asked.count("listing") == 1


async def test_many_who_ask_at_once_are_one_question() -> None:
    wire = Wire()
    learned = interfaces(wire, Watch())

    await asyncio.gather(*(learned.complete() for _ in range(20)))

    assert sorted(wire.asked) == ["listing", "review"]
