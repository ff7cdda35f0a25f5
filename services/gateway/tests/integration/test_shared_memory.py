"""The shared memory on a real server: many questions on one connection, one bucket for all processes."""

import asyncio
from typing import Any

import pytest
import redis
import uvloop

from gateway.clients.pipelined import NotAnswered, PipelinedValkey, Refused
from gateway.clients.shared_memory import SharedMemory
from gateway.domain.rate_limits import RateLimit
from testkit.world import World

pytestmark = pytest.mark.integration
SECRET = b"0123456789abcdef0123456789abcdef"


def a_client(world: World) -> PipelinedValkey:
    return PipelinedValkey(world.addresses.redis_url, answer_seconds_max=2)


def test_it_answers_in_the_loop_that_serves(world: World) -> None:
    async def asked() -> Any:
        client = a_client(world)
        answer = await client.call("PING")
        await client.close()
        return answer

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(asked()) == b"PONG"


async def test_the_memory_from_beginning_to_end(world: World) -> None:
    """One world for all of it."""
    await many_questions_are_answered_each_its_own(world)
    await an_error_is_one_questions_and_not_the_next_ones(world)
    await one_bucket_is_shared_by_all_processes(world)
    await a_lost_connection_is_made_anew(world)
    await a_paused_server_is_given_up(world)


async def many_questions_are_answered_each_its_own(world: World) -> None:
    client = a_client(world)
    await asyncio.gather(*(client.call("SET", f"k{one}", one, "EX", 60) for one in range(200)))

    answers = await asyncio.gather(*(client.call("GET", f"k{one}") for one in range(200)))

    assert answers == [str(one).encode() for one in range(200)]
    with redis.Redis.from_url(world.addresses.redis_url) as server:
        ours = [one for one in server.client_list() if one["db"] == world.addresses.redis_url.rpartition("/")[2]]
        assert len(ours) == 2  # its one connection, and the one that asks
    await client.close()


async def an_error_is_one_questions_and_not_the_next_ones(world: World) -> None:
    client = a_client(world)
    await client.call("SET", "text", "no number")

    answers = await asyncio.gather(client.call("INCR", "text"), client.call("GET", "text"), return_exceptions=True)

    assert isinstance(answers[0], Refused)
    assert answers[1] == b"no number"
    await client.close()


async def one_bucket_is_shared_by_all_processes(world: World) -> None:
    limit = RateLimit(requests_per_minute=60, burst=10)
    processes = [SharedMemory(a_client(world), secret=SECRET) for _ in range(2)]
    key = processes[0].key("limit", "user", "anna")

    waits = [await processes[one % 2].take(key, limit) for one in range(11)]

    assert waits[:10] == [0] * 10
    assert waits[10] is not None
    assert 0 < waits[10] <= 1_000_000
    with redis.Redis.from_url(world.addresses.redis_url) as server:
        assert 0 < int(server.pttl(key)) <= 10_001
        server.script_flush()
    assert await processes[0].take(processes[0].key("limit", "user", "boris"), limit) == 0
    for process in processes:
        await process.close()


async def a_lost_connection_is_made_anew(world: World) -> None:
    client = a_client(world)
    number = await client.call("CLIENT", "ID")
    with redis.Redis.from_url(world.addresses.redis_url) as server:
        server.client_kill_filter(_id=number)
    await asyncio.sleep(0.1)

    assert await client.call("CLIENT", "ID") != number
    await client.close()


async def a_paused_server_is_given_up(world: World) -> None:
    client = PipelinedValkey(world.addresses.redis_url, answer_seconds_max=0.1)
    await client.call("GET", "text")
    with redis.Redis.from_url(world.addresses.redis_url) as server:
        server.client_pause(400)

        with pytest.raises(NotAnswered):
            await client.call("GET", "text")
        server.client_unpause()
    assert await client.call("GET", "text") == b"no number"
    await client.close()
