"""Two worlds on one set of servers do not see each other."""

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from testkit.world import Stack, World

pytestmark = pytest.mark.integration


async def test_every_service_reaches_its_own_schema_and_no_other(world: World) -> None:
    connection = await asyncpg.connect(world.settings("listing")["LISTING_DATABASE_URL"])
    try:
        assert await connection.fetchval("select current_schema()") == "listing"
        assert await connection.fetchval("select offset_seconds from platform.clock") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("create table review.intruder ()")
        assert not await connection.fetchval("select has_schema_privilege('review', 'usage')")
    finally:
        await connection.close()


def test_services_see_the_registered_topics_of_their_world_alone(world: World, stack: Stack) -> None:
    neighbour = World.create(stack)
    try:
        seen = AdminClient(world.connection("listing").client_settings()).list_topics(timeout=10).topics
    finally:
        neighbour.remove()

    assert world.topic("listing.listing.v1") in seen
    assert all(name.startswith(world.prefix) for name in seen)
    assert world.topic("monitoring.alert.v1") not in seen


def test_worlds_have_redis_databases_of_their_own(world: World, stack: Stack) -> None:
    neighbour = World.create(stack)
    neighbour.remove()

    assert len({stack.redis_url, world.addresses.redis_url, neighbour.addresses.redis_url}) == 3
