import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import asyncpg
import pytest
from sqlalchemy import text

from chassis.cause import SYSTEM, Cause, Delivery, Due, Idempotency, Subject
from chassis.database import Database
from chassis.kernel import Fact, new_id
from chassis.unit_of_work import (
    AlreadyApplied,
    AlreadyDone,
    CauseUsedTwice,
    DueTaken,
    FenceLost,
    IdempotencyKeyReused,
    KeyParked,
    OutOfSequence,
    UnitOfWork,
)
from events.base import Event

pytestmark = pytest.mark.integration
Admin = asyncpg.Connection


class Counted(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "probe.counted.v1"
    type: ClassVar[str] = "probe.counted.v1"
    key_field: ClassVar[str] = "counter"

    counter: str


@dataclass(frozen=True)
class CountedFact(Fact):
    counter: str


def translate(fact: Fact) -> Iterable[Event]:
    assert isinstance(fact, CountedFact)
    yield Counted(counter=fact.counter)


def work(database: Database, cause: Cause) -> UnitOfWork:
    return UnitOfWork(database, cause, translate=translate)


def command(key: str = "k1", request: str = "r1", *, operation: str = "probe.count") -> Cause:
    subject = Subject(user_id="u1", roles=frozenset({"PL"}), participant_id="p1")
    return Cause(subject=subject, operation=operation, idempotency=Idempotency(key=key, request_hash=request))


def delivery(offset: int, *, sequence: int, event_id: str | None = None, start: int | None = None) -> Cause:
    return Cause(
        subject=SYSTEM,
        operation="probe.counted.v1",
        delivery=Delivery(
            consumer="probe.t",
            topic="t",
            partition=0,
            offset=offset,
            start=offset if start is None else start,
            end=offset + 1,
            key="a",
            event_id=event_id or str(new_id()),
            sequence=sequence,
        ),
    )


async def effect(work: UnitOfWork, what: str = "x") -> None:
    await work.connection.execute(text("insert into effect (what) values (:what)"), {"what": what})


async def count(admin: "Admin[asyncpg.Record]", table: str) -> int:
    return int(await admin.fetchval(f"select count(*) from {table}"))  # noqa: S608  # a constant of the test


class TestOneCommandOneTransaction:
    async def test_leaves_effect_answer_audit_and_outbox_together(self, database: Database, admin: Admin) -> None:
        async with work(database, command()) as one:
            await effect(one)
            one.record(CountedFact("a"))
            one.note(why="test")
            one.answer({"id": 7})

        (row,) = await admin.fetch("select * from audit")
        assert await count(admin, "effect") == 1
        assert await admin.fetchval("select result from idempotency") == b'{"id":7}'
        assert (row["operation"], row["actor"], row["door"], row["outcome"]) == ("probe.count", "u1", "command", "done")
        assert row["event_ids"] == [await admin.fetchval("select event_id from outbox")]

    async def test_leaves_nothing_when_it_fails(self, database: Database, admin: Admin) -> None:
        async def fail() -> None:
            async with work(database, command()) as one:
                await effect(one)
                one.record(CountedFact("a"))
                one.schedule(kind="k", key="a", due_at=one.now)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()

        for table in ("effect", "idempotency", "audit", "outbox", "topic_sequence", "due_work"):
            assert await count(admin, table) == 0, table

    async def test_a_cause_is_good_once(self, database: Database) -> None:
        cause = command()
        async with work(database, cause):
            pass

        with pytest.raises(CauseUsedTwice):
            async with work(database, cause):
                pass

    async def test_business_time_follows_the_offset(self, database: Database, admin: Admin) -> None:
        await admin.execute("update platform.clock set offset_seconds = 86400")
        async with work(database, command()) as one:
            assert timedelta(hours=23) < one.now - one.said_at < timedelta(hours=25)
            assert one.now.utcoffset() == timedelta(hours=8)


class TestIdempotency:
    async def test_the_same_request_is_answered_from_the_first(self, database: Database) -> None:
        async with work(database, command()) as one:
            one.answer({"id": 7})

        with pytest.raises(AlreadyDone) as again:
            async with work(database, command()):
                pass
        assert bytes(again.value.result) == b'{"id":7}'

    async def test_another_request_under_the_key_is_refused(self, database: Database) -> None:
        async with work(database, command()):
            pass

        with pytest.raises(IdempotencyKeyReused):
            async with work(database, command(request="r2")):
                pass

    async def test_a_concurrent_twin_waits_and_is_answered(self, database: Database, admin: Admin) -> None:
        entered, leave = asyncio.Event(), asyncio.Event()

        async def first() -> None:
            async with work(database, command()) as one:
                entered.set()
                await leave.wait()
                await effect(one)
                one.answer(1)

        async def second() -> None:
            await entered.wait()
            async with work(database, command()) as one:
                await effect(one)

        running = asyncio.gather(first(), second(), return_exceptions=True)
        await entered.wait()
        await asyncio.sleep(0.1)
        leave.set()
        outcomes = await running

        assert isinstance(outcomes[1], AlreadyDone)
        assert await count(admin, "effect") == 1

    async def test_the_twin_goes_on_when_the_first_fails(self, database: Database, admin: Admin) -> None:
        with pytest.raises(ZeroDivisionError):
            async with work(database, command()):
                _ = 1 / 0
        async with work(database, command()) as one:
            await effect(one)

        assert await count(admin, "effect") == 1


class TestSequence:
    async def test_runs_without_gap_per_key_in_id_order(self, database: Database, admin: Admin) -> None:
        async def say(name: str, *, fail: bool) -> None:
            async with work(database, command(key=name)) as one:
                one.record(CountedFact("b"), CountedFact("a"), CountedFact("b"))
                if fail:
                    raise RuntimeError

        await asyncio.gather(*(say(f"c{n}", fail=n % 4 == 3) for n in range(40)), return_exceptions=True)

        rows = await admin.fetch("select key, array_agg(sequence order by id) as said from outbox group by key")
        said = {row["key"]: row["said"] for row in rows}
        assert said == {"a": list(range(1, 31)), "b": list(range(1, 61))}

    async def test_raw_records_keep_their_headers_and_place(self, database: Database, admin: Admin) -> None:
        async with work(database, command()) as one:
            one.record(CountedFact("a"))
            one.outbox.say_raw(topic="receipts.F1", key=None, body=b"frame", headers={"h": "1"}, partition=0)
            one.record(CountedFact("a"))

        rows = await admin.fetch("select topic, key, partition, body from outbox order by id")
        assert [row["topic"] for row in rows] == ["probe.counted.v1", "receipts.F1", "probe.counted.v1"]
        assert (rows[1]["key"], rows[1]["partition"], rows[1]["body"]) == (None, 0, b"frame")


class TestDelivery:
    @pytest.fixture(autouse=True)
    async def position(self, admin: Admin) -> None:
        await admin.execute(
            "insert into consumer_offset (consumer, topic, partition, topic_id, next) "
            "values ('probe.t', 't', 0, 'x', 5)"
        )

    async def test_moves_the_fence_with_the_effects(self, database: Database, admin: Admin) -> None:
        async with work(database, delivery(7, start=5, sequence=1)) as one:
            await effect(one)

        assert await admin.fetchval("select next from consumer_offset") == 8

    @pytest.mark.parametrize("start", [4, 6])
    async def test_a_zombie_and_a_skip_are_refused(self, database: Database, admin: Admin, start: int) -> None:
        with pytest.raises(FenceLost):
            async with work(database, delivery(start, sequence=1)):
                pass
        assert await admin.fetchval("select next from consumer_offset") == 5
        assert await count(admin, "inbox") == 0

    async def test_a_duplicate_is_told_apart(self, database: Database) -> None:
        async with work(database, delivery(5, sequence=1, event_id="e1")):
            pass
        with pytest.raises(AlreadyApplied):
            async with work(database, delivery(6, sequence=1, event_id="e1")):
                pass

    @pytest.mark.parametrize("sequence", [1, 3])
    async def test_one_to_n_must_hold(self, database: Database, sequence: int) -> None:
        async with work(database, delivery(5, sequence=1)):
            pass
        with pytest.raises(OutOfSequence):
            async with work(database, delivery(6, sequence=sequence)):
                pass

    async def test_a_first_record_that_is_not_the_first_is_out_of_sequence(self, database: Database) -> None:
        with pytest.raises(OutOfSequence):
            async with work(database, delivery(5, sequence=2)):
                pass

    async def test_waits_behind_a_parked_key(self, database: Database, admin: Admin) -> None:
        await admin.execute("insert into parked_key values ('probe.t', 't', 'a', 'poison', 'x')")
        with pytest.raises(KeyParked):
            async with work(database, delivery(5, sequence=1)):
                pass
        assert await count(admin, "inbox") == 0


class TestDueWork:
    async def test_is_taken_once(self, database: Database, admin: Admin) -> None:
        async with work(database, command()) as one:
            one.schedule(kind="k", key="a", due_at=one.now)
        (row,) = await admin.fetch("select * from due_work")
        due = Due(id=row["id"], kind="k", key="a", due_at=row["due_at"])

        async def run() -> None:
            async with work(database, Cause(subject=SYSTEM, operation="k", due=due)) as one:
                await effect(one)
                await asyncio.sleep(0.05)

        outcomes = await asyncio.gather(run(), run(), return_exceptions=True)

        assert [type(one) for one in outcomes if one is not None] == [DueTaken]
        assert await count(admin, "effect") == 1

    async def test_is_replaced_and_taken_back(self, database: Database, admin: Admin) -> None:
        async with work(database, command("k1")) as one:
            one.schedule(kind="k", key="a", due_at=one.now)
            one.schedule(kind="k", key="b", due_at=one.now)
        async with work(database, command("k2")) as one:
            one.schedule(kind="k", key="a", due_at=one.now + timedelta(days=1))
            one.unschedule(kind="k", key="b")

        assert [tuple(row) for row in await admin.fetch("select kind, key from due_work")] == [("k", "a")]


async def test_a_traced_read_leaves_its_row(database: Database, admin: Admin) -> None:
    async with database.reading(command(), traced=True) as session:
        assert session.as_of.utcoffset() == timedelta(hours=8)

    assert await admin.fetchval("select outcome from audit") == "read"


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="read-only"):
        async with database.reading(command()) as session:
            await session.connection.execute(text("insert into effect (what) values ('x')"))
