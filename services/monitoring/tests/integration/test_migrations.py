"""The migrations make what the tables declare, and take it back."""

import pytest

from chassis import migrations
from testkit.world import World

pytestmark = pytest.mark.integration


def test_the_migrated_schema_is_the_declared_one(world: World) -> None:
    url = world.addresses.owner_urls()["monitoring"]

    assert migrations.check(package="monitoring", url=url) == []


def test_migrations_can_be_taken_back_and_made_again(world: World) -> None:
    url = world.addresses.owner_urls()["monitoring"]

    migrations.downgrade(package="monitoring", url=url)
    migrations.upgrade(package="monitoring", url=url)

    assert migrations.check(package="monitoring", url=url) == []
