"""Servers of one's own can be killed, frozen and restarted, and keep their data and ports."""

import asyncpg
import pytest
import redis

from testkit.servers import Servers

pytestmark = [pytest.mark.integration, pytest.mark.faults]


async def test_killed_servers_come_back_with_their_data(own_servers: Servers) -> None:
    world = own_servers.world()
    for process in own_servers.processes:
        process.kill()
        assert not process.is_running
    for process in own_servers.processes:
        process.start()

    assert world.kafka_admin.create_topics() == []
    connection = await asyncpg.connect(world.settings("listing")["LISTING_DATABASE_URL"])
    assert await connection.fetchval("select current_schema()") == "listing"
    await connection.close()
    with redis.Redis.from_url(world.addresses.redis_url) as client:
        assert client.ping()


def test_a_frozen_server_is_there_and_does_not_answer(own_servers: Servers) -> None:
    for process in own_servers.processes:
        process.pause()
        assert process.is_running
        assert not process.server.is_ready()
        process.resume()
        process.wait_until_ready()


def test_a_frozen_server_still_stops(own_servers: Servers) -> None:
    own_servers.postgres.pause()
    own_servers.stop()

    assert not own_servers.postgres.is_running
    assert not own_servers.folder.exists()
