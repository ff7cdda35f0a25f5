import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis import parked_command
from chassis.cause import SYSTEM, Cause, Due
from chassis.database import Database
from chassis.kernel import Refusal
from chassis.schedule import ATTEMPTS_MAX, Schedule, Scheduler
from chassis.unit_of_work import UnitOfWork
from testkit.eventually import eventually
from testkit.spine import no_facts

pytestmark = pytest.mark.integration
Admin = asyncpg.Connection
_A_ROUND_S = 0.7  # both look for due work meanwhile


class No(Refusal):
    slug: ClassVar[str] = "no"
    title_zh: ClassVar[str] = "不可"
    title_en: ClassVar[str] = "No"


class Handler:
    def __init__(self, database: Database, failures: Sequence[Exception] = ()) -> None:
        self.database = database
        self.failures = list(failures)

    async def __call__(self, due: Due, cause: Cause) -> None:
        async with UnitOfWork(self.database, cause, translate=no_facts) as work:
            await work.connection.execute(text("insert into effect (what) values (:key)"), {"key": due.key})
            if self.failures:
                raise self.failures.pop(0)


async def plan(database: Database, *keys: str, days: int = 0) -> None:
    async with UnitOfWork(database, Cause(subject=SYSTEM, operation="plan"), translate=no_facts) as work:
        for key in keys:
            due_at = await work.connection.scalar(
                text("select clock_timestamp() + make_interval(days => :days)"), {"days": days}
            )
            work.schedule(kind="probe.due", key=key, due_at=due_at)


def scheduler(database: Database, handler: Handler) -> Scheduler:
    return Scheduler("probe", [Schedule(kind="probe.due", run=handler)], database)


async def effects(admin: "Admin[asyncpg.Record]") -> list[str]:
    return [row["what"] for row in await admin.fetch("select what from effect order by id")]


@pytest.fixture
async def two(database: Database) -> AsyncIterator[tuple[Scheduler, Scheduler]]:
    handler = Handler(database)
    made = scheduler(database, handler), scheduler(database, handler)
    running = [asyncio.create_task(one.run()) for one in made]
    yield made
    await asyncio.gather(*(one.stop() for one in made))
    await asyncio.gather(*running)


async def test_two_processes_neither_skip_nor_repeat(
    database: Database, admin: Admin, two: tuple[Scheduler, Scheduler]
) -> None:
    keys = [f"k{n:02}" for n in range(30)]
    await plan(database, *keys)

    await eventually(lambda: effects(admin), within=10, until=lambda found: len(found) >= 30)
    assert sorted(await effects(admin)) == keys
    assert await admin.fetch("select * from due_work") == []


async def test_waits_for_its_time_by_the_clock_port(database: Database, admin: Admin) -> None:
    await plan(database, "later", days=1)
    one = scheduler(database, Handler(database))
    assert not await one.run_next()

    await admin.execute("update platform.clock set offset_seconds = 86401")

    assert await one.run_next()
    assert await effects(admin) == ["later"]


async def test_a_clock_that_steps_forward_and_back_neither_skips_nor_repeats(
    database: Database, admin: Admin, two: tuple[Scheduler, Scheduler]
) -> None:
    async def done_at(days: int, expected: list[str]) -> None:
        await admin.execute("update platform.clock set offset_seconds = $1::int * 86400", days)
        await eventually(lambda: effects(admin), within=10, until=lambda found: len(found) >= len(expected))
        await asyncio.sleep(_A_ROUND_S)
        assert await effects(admin) == expected

    await plan(database, "tomorrow", days=1)
    await plan(database, "in three days", days=3)

    await done_at(2, ["tomorrow"])
    await done_at(-30, ["tomorrow"])
    await plan(database, "planned in the past")  # due at the real time, which the clock has left behind
    await done_at(2, ["tomorrow", "planned in the past"])
    await done_at(400, ["tomorrow", "planned in the past", "in three days"])


async def test_a_refusal_is_an_answer(database: Database, admin: Admin) -> None:
    await plan(database, "a")

    await scheduler(database, Handler(database, [No()])).run_next()

    assert await effects(admin) == []
    assert await admin.fetch("select * from due_work") == []
    assert await admin.fetchval("select details->>'slug' from audit where outcome = 'refused'") == "no"


async def test_a_failing_one_is_parked_after_its_attempts_and_the_next_goes_on(
    database: Database, admin: Admin
) -> None:
    await plan(database, "bad")
    one = scheduler(database, Handler(database, [KeyError("x")] * ATTEMPTS_MAX))
    for _ in range(ATTEMPTS_MAX):
        await admin.execute("update due_work set retry_at = null")
        await one.run_next()
    await plan(database, "good")

    await one.run_next()

    assert await effects(admin) == ["good"]
    assert await admin.fetchval("select parked_reason from due_work where key = 'bad'") == "KeyError: 'x'"


async def test_a_dependency_that_is_away_costs_no_attempt(database: Database, admin: Admin) -> None:
    await plan(database, "a")
    one = scheduler(database, Handler(database, [OperationalError("x", {}, _Broken())]))

    await one.run_next()
    assert (await admin.fetchval("select attempts from due_work"), one.condition().ok) == (0, False)
    await admin.execute("update due_work set retry_at = null")
    await one.run_next()

    assert (await effects(admin), one.condition().ok) == (["a"], True)


async def test_one_that_ends_its_process_is_parked(database: Database, admin: Admin) -> None:
    await plan(database, "deadly")
    await admin.execute("update due_work set attempts = $1", ATTEMPTS_MAX)

    await scheduler(database, Handler(database)).run_next()

    assert await admin.fetchval("select parked_reason from due_work") == "its attempts ended the process"


class _Broken(Exception):  # what a driver raises
    sqlstate = "57P01"


async def test_the_operator_releases_and_discards_parked_work(database: Database, admin: Admin) -> None:
    await plan(database, "again", "never")
    await admin.execute("update due_work set parked_reason = 'x', attempts = 6")
    one = scheduler(database, Handler(database))
    assert not await one.run_next()
    of_kind = ["--what", "schedule", "--topic", "probe.due", "--by", "duty", "--reason", "mended"]

    assert await parked_command.execute(["release", *of_kind, "--key", "again"], database) == 0
    assert await parked_command.execute(["discard", *of_kind, "--key", "never"], database) == 0
    assert await parked_command.execute(["discard", *of_kind, "--key", "never"], database) == 3

    assert await one.run_next()
    assert not await one.run_next()
    assert await effects(admin) == ["again"]
    assert await admin.fetchval("select count(*) from due_work") == 0
    decided = await admin.fetch("select operation from audit where actor = 'operator:duty' order by id")
    assert [row["operation"] for row in decided] == ["parked.release", "parked.discard"]
