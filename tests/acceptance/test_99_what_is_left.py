"""After every story: nothing waits for a person, and nothing that was said is unsent."""

import asyncio

import asyncpg
import pytest

from demo.world import eventually
from testkit.platform import Platform

pytestmark = pytest.mark.acceptance

SCHEMAS = ("listing", "review", "messaging", "monitoring")
_PARKED = {
    "what was heard": "select topic, key, detail from {}.parked_key",
    "what was to be said": "select topic, key from {}.outbox_parked_key",
    "what came due": "select kind, key, parked_reason from {}.due_work where parked_reason is not null",
}


def found(url: str, query: str) -> list[tuple[object, ...]]:
    async def ask() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("what", _PARKED)
def test_nothing_is_parked(platform: Platform, schema: str, what: str) -> None:
    assert found(platform.world.database_url, _PARKED[what].format(schema)) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_everything_that_was_said_is_sent(platform: Platform, schema: str) -> None:
    def all_is_sent() -> bool | None:
        unsent = found(platform.world.database_url, f"select id from {schema}.outbox where sent_at is null")  # noqa: S608  # our own schemas
        return True if not unsent else None

    assert eventually(all_is_sent, what=f"the outbox of {schema} is sent")
