"""Review on real servers: its own schema in a world's database."""

from collections.abc import AsyncIterator

import pytest

from chassis.clock import ClockSetting
from chassis.database import Database, DatabaseSettings
from testkit.world import World


@pytest.fixture
async def database(world: World) -> AsyncIterator[Database]:
    settings = world.settings("review")
    opened = Database.open(
        DatabaseSettings(url=settings["REVIEW_DATABASE_URL"], schema="review", application_name="review.test"),
        clock=ClockSetting(environment="test"),
    )
    yield opened
    await opened.close()
