import pytest

from chassis import migrations
from testkit.world import World

pytestmark = pytest.mark.integration


def test_the_tables_as_declared_are_the_tables_as_migrated(world: World) -> None:
    assert migrations.check(package="listing", url=world.addresses.role_url("listing_owner")) == []


def test_the_schema_goes_down_and_up_again(world: World) -> None:
    url = world.addresses.role_url("listing_owner")

    migrations.downgrade(package="listing", url=url)
    migrations.upgrade(package="listing", url=url)

    assert migrations.check(package="listing", url=url) == []
