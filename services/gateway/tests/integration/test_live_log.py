"""The live log on a real server: one order, resumed where one stood, bounded, and honest when it was emptied."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis

from gateway.application.live_hub import LiveHub
from gateway.application.ports import MemoryAway, Said
from gateway.clients.live_log import READ_SECONDS_MAX, LiveStreams
from gateway.clients.pipelined import PipelinedValkey
from gateway.clients.shared_memory import SharedMemory, connect
from gateway.domain.live import AUDIENCE_EVENTS_MAX, RETAINED_SECONDS, LiveEvent, Place
from testkit.world import World

pytestmark = pytest.mark.integration
ANNA, BORIS, BOARD = "user:anna", "user:boris", "operation:listing.search"
SECRET = b"0123456789abcdef0123456789abcdef"


def a_log(url: str) -> LiveStreams:
    memory = SharedMemory(PipelinedValkey(url, answer_seconds_max=1), secret=SECRET)
    return LiveStreams(connect(url), connect(url, answer_seconds_max=READ_SECONDS_MAX + 5), memory)


@pytest.fixture
async def log(world: World) -> AsyncIterator[LiveStreams]:
    made = a_log(world.addresses.redis_url)
    yield made
    await made.close()


@pytest.fixture
def server(world: World) -> redis.Redis:
    client = redis.Redis.from_url(world.addresses.redis_url)
    client.flushdb()
    return client


def an_event(number: int) -> LiveEvent:
    return LiveEvent(id=f"e-{number}", type="listing.listing.published.v1", ids={"listing_id": str(number)})


def ids(said: list[Said] | None) -> list[str]:
    assert said is not None
    return [one.event.id for one in said]


async def test_the_log_from_beginning_to_end(log: LiveStreams, server: redis.Redis, world: World) -> None:
    """One world for all of it: each part starts from where the one before has left."""
    start = await two_processes_follow_one_order(log, world)
    await what_was_missed_is_found_by_audience(log, start)
    await nothing_is_kept_without_bounds(log, server)
    await a_full_audience_cannot_say_what_was_missed(log, start)
    await an_emptied_memory_is_noticed_by_followers_and_by_those_who_come_back(log, server, start)
    await names_in_the_memory_tell_nobody_whom_they_are_about(server)


async def two_processes_follow_one_order(log: LiveStreams, world: World) -> Place:
    other = a_log(world.addresses.redis_url)
    here, there = log.follow(), other.follow()
    start = await anext(here)
    assert start == await anext(there)
    await asyncio.gather(*(log.append(an_event(one), frozenset({ANNA, BOARD})) for one in range(5)))

    first = [await asyncio.wait_for(anext(here), 2) for _ in range(5)]
    second = [await asyncio.wait_for(anext(there), 2) for _ in range(5)]

    assert first == second
    assert all(isinstance(one, Said) and one.addresses == {log.address(ANNA), log.address(BOARD)} for one in first)
    for follower in (here, there):
        await follower.aclose()  # type: ignore[attr-defined]  # a generator
    await other.close()
    assert isinstance(start, Place)
    return (await log.since(None, frozenset()))[0]


async def what_was_missed_is_found_by_audience(log: LiveStreams, start: Place) -> None:
    await log.append(an_event(10), frozenset({ANNA, BOARD}))
    await log.append(an_event(11), frozenset({BORIS}))
    await log.append(an_event(12), frozenset({BOARD}))

    anna, board, boris = (frozenset({log.address(one)}) for one in (ANNA, BOARD, BORIS))
    now, missed = await log.since(str(start), anna | board)
    assert ids(missed) == ["e-10", "e-12"]
    assert ids((await log.since(str(start), boris))[1]) == ["e-11"]
    assert (await log.since(str(now), anna | board | boris))[1] == []
    assert (await log.since(None, anna))[1] == []


async def nothing_is_kept_without_bounds(log: LiveStreams, server: redis.Redis) -> None:
    for one in range(AUDIENCE_EVENTS_MAX + 5):
        await log.append(an_event(one), frozenset({BORIS}))

    assert server.xlen(log.address(BORIS)) == AUDIENCE_EVENTS_MAX
    assert 0 < int(server.ttl(log.address(BORIS))) <= RETAINED_SECONDS


async def a_full_audience_cannot_say_what_was_missed(log: LiveStreams, start: Place) -> None:
    assert (await log.since(str(start), frozenset({log.address(BORIS)})))[1] is None


async def an_emptied_memory_is_noticed_by_followers_and_by_those_who_come_back(
    log: LiveStreams, server: redis.Redis, start: Place
) -> None:
    following = log.follow()
    await anext(following)
    server.flushdb()
    await log.append(an_event(20), frozenset({ANNA}))

    with pytest.raises(MemoryAway):
        await asyncio.wait_for(anext(following), 2)
    assert (await log.since(str(start), frozenset({log.address(ANNA)})))[1] is None


async def names_in_the_memory_tell_nobody_whom_they_are_about(server: redis.Redis) -> None:
    stored = repr(server.keys()).encode() + repr(server.xrange("gateway:{live}:everything")).encode()

    assert b"anna" not in stored
    assert b"user" not in stored


async def test_idle_connections_cost_one_waiting_read(log: LiveStreams, server: redis.Redis) -> None:
    hub = LiveHub(log)
    async with (
        hub.connected(user_id="anna", audiences=frozenset({ANNA}), last=None) as hers,
        hub.connected(user_id="boris", audiences=frozenset({BORIS, BOARD}), last=None) as his,
    ):
        await asyncio.sleep(0.1)
        before = server.info("commandstats")
        await asyncio.sleep(1.5)
        after = server.info("commandstats")
        assert asked_between(before, after) == {"cmdstat_info"}  # for these very figures
        await log.append(an_event(1), frozenset({ANNA, BOARD}))

        for connection in (hers, his):
            kinds = [told.kind for told in [await connection.next(seconds=2) for _ in range(2)] if told]
            assert kinds == ["here", "event"]
    await hub.close()


def asked_between(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> set[str]:
    """The commands the server was asked for in between, by any client of the session's only test of that moment."""
    return {name for name, one in after.items() if one["calls"] > before.get(name, {"calls": 0})["calls"]}
