import pytest

from chassis import migrations
from testkit.world import World

pytestmark = pytest.mark.integration


def test_the_tables_as_declared_are_the_tables_as_migrated(world: World) -> None:
    assert migrations.check(package="review", url=world.settings("review")["REVIEW_OWNER_DATABASE_URL"]) == []


def test_the_schema_goes_down_and_up_again(world: World) -> None:
    url = world.settings("review")["REVIEW_OWNER_DATABASE_URL"]

    migrations.downgrade(package="review", url=url)
    migrations.upgrade(package="review", url=url)

    assert migrations.check(package="review", url=url) == []
