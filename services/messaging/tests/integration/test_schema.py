import pytest

from chassis import migrations
from testkit.world import World

pytestmark = pytest.mark.integration


def test_the_tables_as_declared_are_the_tables_as_migrated(world: World) -> None:
    assert migrations.check(package="messaging", url=world.settings("messaging")["MESSAGING_OWNER_DATABASE_URL"]) == []


def test_the_schema_goes_down_and_up_again(world: World) -> None:
    url = world.settings("messaging")["MESSAGING_OWNER_DATABASE_URL"]

    migrations.downgrade(package="messaging", url=url)
    migrations.upgrade(package="messaging", url=url)

    assert migrations.check(package="messaging", url=url) == []
