"""The migrations make what the tables declare, and take it back."""

import pytest

from chassis import migrations
from testkit.world import World

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("schema", ["monitoring", "monitoring_test"])
def test_the_migrated_schema_is_the_declared_one(world: World, schema: str) -> None:
    url = world.addresses.owner_urls()[schema]

    assert migrations.check(package="monitoring", url=url, schema=schema) == []


def test_migrations_can_be_taken_back_and_made_again(world: World) -> None:
    url = world.addresses.owner_urls()["monitoring"]

    migrations.downgrade(package="monitoring", url=url)
    migrations.upgrade(package="monitoring", url=url)

    assert migrations.check(package="monitoring", url=url) == []
