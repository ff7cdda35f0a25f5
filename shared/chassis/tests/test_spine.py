from collections.abc import Callable

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import MetaData

from chassis.database import Database, async_url
from chassis.housekeeping import forget_what_is_old
from chassis.migrations import _declared
from chassis.spine import drop_spine, enable_row_security
from chassis.tables import SPINE_TABLES, metadata_for
from local_stack.postgres import Postgres

pytestmark = pytest.mark.integration
Admin = asyncpg.Connection


def owner_url(postgres: Postgres, database_name: str) -> str:
    return f"postgresql://probe_owner:probe@127.0.0.1:{postgres.port}/{database_name}"


async def run(url: str, work: Callable[[Connection], object]) -> object:
    engine = create_async_engine(async_url(url), connect_args={"server_settings": {"search_path": "probe"}})
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(
        connection, opts={"include_object": _declared, "compare_type": True, "compare_server_default": False}
    )
    found = compare_metadata(context, _spine())
    return [str(one) for one in found if "'effect'" not in str(one)]


def _spine() -> MetaData:
    return metadata_for("probe")


async def test_tables_are_declared_as_they_are_created(postgres: Postgres, database_name: str) -> None:
    assert await run(owner_url(postgres, database_name), _differences) == []
    assert set(_spine().tables) >= SPINE_TABLES


async def test_can_be_taken_back(postgres: Postgres, database_name: str, admin: Admin) -> None:
    await run(
        owner_url(postgres, database_name),
        lambda connection: drop_spine(Operations(MigrationContext.configure(connection))),
    )

    rows = await admin.fetch(
        "select relname from pg_class where relnamespace = 'probe'::regnamespace and relkind = 'r'"
    )
    assert [row["relname"] for row in rows] == ["effect"]


async def test_the_audit_trail_only_grows(database: Database) -> None:
    for statement in ("delete from audit", "update audit set actor = 'x'", "truncate audit"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.engine.begin() as connection:
                await connection.execute(text(statement))


async def test_partitions_are_made_ahead_and_old_ones_dropped_unless_something_is_unsent(admin: Admin) -> None:
    insert = (
        "insert into outbox (day, topic, key, sequence, event_id, headers, body, sent_at) "
        "values ($1::date, 't', 'a', 1, gen_random_uuid(), '[]', '', $2)"
    )
    await admin.execute("set role probe_owner")
    for day in ("2026-01-01", "2026-01-02"):
        await admin.execute(
            f"create table outbox_{day.replace('-', '')} partition of outbox "
            f"for values from ('{day}') to (date '{day}' + 1)"
        )
    moment = await admin.fetchval("select now()")
    ((first, second),) = await admin.fetch("select date '2026-01-01', date '2026-01-02'")
    await admin.execute(insert, first, moment)
    await admin.execute(insert, second, None)

    assert await admin.fetchval("select drop_sent_outbox_partitions(30)") == 1
    assert await admin.fetchval("select to_regclass('outbox_20260101')") is None
    assert await admin.fetchval("select count(*) from outbox_20260102") == 1

    assert await admin.fetchval("select ensure_outbox_partitions(9)") == 2
    assert await admin.fetchval("select ensure_outbox_partitions(9)") == 0


async def test_row_security_shows_each_its_own(postgres: Postgres, database_name: str, database: Database) -> None:
    def create(connection: Connection) -> None:
        connection.execute(text("create table thing (id int, owner text)"))
        connection.execute(text("insert into thing values (1, 'p1'), (2, 'p2')"))
        enable_row_security(Operations(MigrationContext.configure(connection)), "thing", "owner", "participant_id")

    await run(owner_url(postgres, database_name), create)

    async with database.engine.begin() as connection:
        query = text("select id from thing order by id")
        assert (await connection.execute(query)).scalars().all() == []
        await connection.execute(text("select set_config('pledgeboard.participant_id', 'p1', true)"))
        assert (await connection.execute(query)).scalars().all() == [1]
        await connection.execute(text("select set_config('pledgeboard.scope', 'all', true)"))
        assert (await connection.execute(query)).scalars().all() == [1, 2]


async def test_what_has_served_its_time_is_forgotten(database: Database, admin: Admin) -> None:
    for days in (0, 31, 91):
        await admin.execute(
            "insert into inbox values ('c', $1::text, 't', 'k', 1, now() - make_interval(days => $2))", str(days), days
        )
        await admin.execute(
            "insert into idempotency values ('a', $1::text, 'o', 'h', null, now() - make_interval(days => $2))",
            str(days),
            days,
        )

    assert await forget_what_is_old(database.engine) == 3
    assert [row["event_id"] for row in await admin.fetch("select event_id from inbox order by 1")] == ["0", "31"]
    assert [row["key"] for row in await admin.fetch("select key from idempotency")] == ["0"]
