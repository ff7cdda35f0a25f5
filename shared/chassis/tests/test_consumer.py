import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis import parked_command, parking
from chassis.cause import Cause
from chassis.consumer import ConsumerSettings, DomainConsumer
from chassis.database import Database
from chassis.kafka import client_settings, make_consumer, partition_of
from chassis.kernel import Refusal, new_id
from chassis.subscriptions import Subscriptions
from chassis.unit_of_work import UnitOfWork
from events.base import encode
from events.envelope import Envelope
from testkit.eventually import eventually
from testkit.fakes import MONDAY
from testkit.spine import HEARS, TOPIC, Counted, SpineWorld, no_facts

pytestmark = pytest.mark.integration
CONSUMER = f"{HEARS}.{TOPIC}"
AUDITED = (
    "select actor, operation, details->>'key', details->>'reason', details->>'given_up' from audit "
    "where operation like 'parked.%' order by id"
)


class No(Refusal):
    slug: ClassVar[str] = "no"
    title_zh: ClassVar[str] = "不可"
    title_en: ClassVar[str] = "No"


@dataclass
class Handler:
    """Writes one effect per event, or fails as it is told, by body."""

    database: Database
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    attempts: list[tuple[str, int]] = field(default_factory=list)

    async def __call__(self, event: Counted, cause: Cause) -> None:
        self.attempts.append((event.counter, event.number))
        async with UnitOfWork(self.database, cause, translate=no_facts) as work:
            await work.connection.execute(
                text("insert into effect (key, number) values (:key, :number)"),
                {"key": event.counter, "number": event.number},
            )
            if failing := self.failures.get(event.body):
                raise failing.pop(0)


@dataclass
class Room:
    """A consumer at work, and the doors a test has to it."""

    spine: SpineWorld
    database: Database
    handler: Handler
    producer: AIOKafkaProducer
    consumers: list[DomainConsumer] = field(default_factory=list)
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def consume(self) -> DomainConsumer:
        hears = Subscriptions(service=HEARS, topic=TOPIC)
        hears.on(Counted)(self.handler)
        settings = ConsumerSettings(
            kafka=self.spine.kafka(HEARS), topic_prefix=self.spine.prefix, session_timeout_ms=1_500
        )
        consumer = DomainConsumer(hears, settings=settings, database=self.database)
        self.consumers.append(consumer)
        self.running.append(asyncio.create_task(consumer.run()))
        return consumer

    async def stop(self) -> None:
        await asyncio.gather(*(one.stop() for one in self.consumers))
        await asyncio.gather(*self.running)
        self.consumers.clear()
        self.running.clear()

    async def put(
        self, key: str, sequence: int, *, body: str = "", raw: bytes | None = None, event_id: str | None = None
    ) -> None:
        envelope = Envelope(
            id=event_id or str(new_id()), source="/listing", type=Counted.type, time=MONDAY, sequence=sequence
        )
        value = encode(Counted(counter=key, number=sequence, body=body)) if raw is None else raw
        await self.producer.send_and_wait(
            self.spine.prefix + TOPIC,
            value=value,
            key=key.encode(),
            headers=envelope.headers(),
            partition=partition_of(key, [0, 1, 2]),
        )

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        async with self.spine.admin(HEARS) as admin:
            return [tuple(row) for row in await admin.fetch(query)]

    async def effects(self, key: str) -> list[object]:
        return [row[0] for row in await self.rows(f"select number from effect where key = '{key}' order by id")]  # noqa: S608

    async def until_effects(self, key: str, numbers: Sequence[int]) -> None:
        await eventually(lambda: self.effects(key), within=15, until=lambda found: found == list(numbers))

    async def until(self, query: str, expected: object) -> None:
        await eventually(lambda: self.rows(query), within=15, until=lambda found: found == expected)


@pytest.fixture
async def room(spine: SpineWorld, hears: Database) -> AsyncIterator[Room]:
    producer = AIOKafkaProducer(**client_settings(spine.world.addresses.kafka))
    await producer.start()
    made = Room(spine, hears, Handler(hears), producer)
    yield made
    await made.stop()
    await producer.stop()


async def test_applies_each_record_once_in_order_and_goes_on_after_a_restart(room: Room) -> None:
    for number in (1, 2, 3):
        await room.put("a", number)
    room.consume()
    await room.until_effects("a", [1, 2, 3])
    await room.stop()
    await room.put("a", 4)
    room.consume()

    await room.until_effects("a", [1, 2, 3, 4])
    assert await room.rows("select distinct holder is null from consumer_offset where next > 0") == [(False,)]


async def test_a_duplicate_moves_the_offset_alone(room: Room) -> None:
    await room.put("a", 1, event_id="e1")
    await room.put("a", 1, event_id="e1")
    await room.put("a", 2)
    room.consume()

    await room.until_effects("a", [1, 2])
    await room.until("select sum(next)::int from consumer_offset", [(3,)])


async def test_a_refusal_is_an_answer_and_moves_on(room: Room) -> None:
    room.handler.failures["no"] = [No()]
    await room.put("a", 1, body="no")
    await room.put("a", 2)
    room.consume()

    await room.until_effects("a", [2])
    assert await room.rows("select outcome, details->>'slug' from audit order by id") == [
        ("refused", "no"),
        ("done", None),
    ]


async def test_poison_parks_its_key_alone_in_arrival_order(room: Room) -> None:
    await room.put("a", 1)
    await room.put("a", 2, raw=b"{")
    await room.put("a", 3)
    await room.put("b", 1)
    room.consume()

    await room.until_effects("b", [1])
    await room.until('select "offset", sequence from parked_record order by id', await room.rows("select 1, 2::bigint")
                     + await room.rows("select 2, 3::bigint"))  # fmt: skip
    assert await room.effects("a") == [1]
    assert await room.rows("select key, reason from parked_key") == [("a", "poison")]
    assert await room.rows("select count(*)::int from inbox where key = 'a'") == [(1,)]


async def test_a_transient_failure_waits_and_is_not_parked(room: Room) -> None:
    away = OperationalError("x", {}, _Broken("08006"))
    room.handler.failures["wait"] = [away] * 5
    await room.put("a", 1, body="wait")
    consumer = room.consume()

    await eventually(_condition(consumer), within=10, until=lambda ok: not ok)
    await room.until_effects("a", [1])
    assert len(room.handler.attempts) == 6
    await eventually(_condition(consumer), within=5)


async def test_anything_else_is_tried_five_times_and_parked_then_drained_in_order(room: Room) -> None:
    room.handler.failures["bad"] = [KeyError("x")] * 5
    await room.put("a", 1, body="bad")
    await room.put("a", 2)
    room.consume()
    await room.until("select reason from parked_key", [("failing",)])
    await room.until("select count(*)::int from parked_record", [(2,)])
    assert room.handler.attempts.count(("a", 1)) == 5

    async with room.database.engine.begin() as connection:
        await parking.release(connection, consumer=CONSUMER, topic=TOPIC, key="a")

    await room.until_effects("a", [1, 2])
    assert await room.rows("select * from parked_key") == []
    await room.put("a", 3)
    await room.until_effects("a", [1, 2, 3])


async def test_a_drain_that_fails_leaves_the_key_parked(room: Room) -> None:
    room.handler.failures["bad"] = [KeyError("x")] * 6
    await room.put("a", 1, body="bad")
    room.consume()
    await room.until("select count(*)::int from parked_record", [(1,)])

    async with room.database.engine.begin() as connection:
        await parking.release(connection, consumer=CONSUMER, topic=TOPIC, key="a")

    await eventually(lambda: _count(room), within=10, until=lambda attempts: attempts == 6)
    await room.until("select reason, released_at from parked_key", [("failing", None)])


async def test_a_release_that_meets_a_drain_under_way_is_not_lost(room: Room) -> None:
    room.handler.failures["bad"] = [KeyError("x")] * 5
    await room.put("a", 1, body="bad")
    room.consume()
    await room.until("select count(*)::int from parked_record", [(1,)])
    await room.stop()

    async with room.database.engine.begin() as connection:
        await parking.release(connection, consumer=CONSUMER, topic=TOPIC, key="a")
        fell_over = parking.Reason(word="out-of-sequence", detail="what the release has just removed")
        await parking.keep(connection, consumer=CONSUMER, topic=TOPIC, key="a", why=fell_over)

    room.consume()
    await room.until_effects("a", [1])


async def test_a_discarded_record_frees_its_key(room: Room) -> None:
    await room.put("a", 1, raw=b"{")
    room.consume()
    await room.until("select count(*)::int from parked_record", [(1,)])

    async with room.database.engine.begin() as connection:
        await parking.discard_head(connection, consumer=CONSUMER, topic=TOPIC, key="a")

    await room.put("a", 2)
    await room.until_effects("a", [2])


async def test_the_operator_releases_a_key_and_the_worker_that_runs_applies_it_in_order(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    room.handler.failures["bad"] = [KeyError("x")] * 5
    await room.put("a", 1, body="bad")
    await room.put("a", 2)
    room.consume()
    await room.until("select count(*)::int from parked_record", [(2,)])
    where = ["--what", "consumer", "--consumer", CONSUMER, "--topic", TOPIC, "--key", "a"]
    why = ["--reason", "the defect is mended", "--by", "duty"]

    assert await parked_command.execute(["list", "--language", "en"], room.database) == 0
    assert await parked_command.execute(["release", *where, *why, "--language", "en"], room.database) == 0

    await room.until_effects("a", [1, 2])
    await room.until("select * from parked_key", [])
    printed = capsys.readouterr().out
    assert f"parked consumer {CONSUMER} {TOPIC} a: since " in printed
    assert "2 waiting; failing: KeyError: 'x'" in printed
    assert await room.rows(AUDITED) == [("operator:duty", "parked.release", "a", "the defect is mended", None)]
    assert await parked_command.execute(["list", "--language", "zh"], room.database) == 0
    assert capsys.readouterr().out == "没有停放的键。\n"


async def test_the_operator_discards_the_head_and_what_waits_behind_it_goes_on(room: Room) -> None:
    await room.put("a", 1, raw=b"{")
    await room.put("a", 2)
    room.consume()
    await room.until("select count(*)::int from parked_record", [(2,)])
    where = ["--what", "consumer", "--consumer", CONSUMER, "--topic", TOPIC, "--key", "a"]

    assert await parked_command.execute(["discard", *where, "--reason", "broken", "--by", "duty"], room.database) == 0

    await room.until_effects("a", [2])
    await room.until("select * from parked_key", [])
    assert await room.rows(AUDITED) == [("operator:duty", "parked.discard", "a", "broken", "offset 0")]


async def test_the_operator_gives_up_what_never_came(room: Room) -> None:
    for number in (1, 4, 5):
        await room.put("a", number)
    room.consume()
    await room.until("select count(*)::int from parked_record", [(2,)])
    where = ["--what", "consumer", "--consumer", CONSUMER, "--topic", TOPIC, "--key", "a"]

    assert await parked_command.execute(["discard", *where, "--reason", "given up", "--by", "duty"], room.database) == 0

    await room.until_effects("a", [1, 4, 5])
    await room.until("select * from parked_key", [])
    assert await room.rows(AUDITED) == [
        ("operator:duty", "parked.discard", "a", "given up", "sequence 2 to 3, which never came")
    ]


async def test_reordered_records_are_applied_in_order(room: Room) -> None:
    for number in (1, 3, 4, 2, 5):
        await room.put("a", number)
    room.consume()

    await room.until_effects("a", [1, 2, 3, 4, 5])
    assert await room.rows("select * from parked_key") == []


async def test_a_stored_offset_beyond_the_log_halts_the_partition(room: Room) -> None:
    await room.put("a", 1)
    room.consume()
    await room.until_effects("a", [1])
    await room.stop()
    await room.rows("update consumer_offset set next = next + 1000 where next > 0 returning 1")

    consumer = room.consume()

    await eventually(_detail(consumer), within=10, until=lambda detail: "halted: stored 1001" in detail)
    await room.put("a", 2)
    assert await room.effects("a") == [1]


async def test_another_topic_of_the_same_name_halts_the_partition(room: Room) -> None:
    room.consume()
    await room.until("select count(*)::int from consumer_offset", [(3,)])
    await room.stop()
    await room.rows("update consumer_offset set topic_id = 'another' returning 1")

    consumer = room.consume()

    await eventually(_detail(consumer), within=10, until=lambda detail: "halted: " in detail and "another" in detail)


async def test_partitions_are_shared_out_and_taken_over(room: Room) -> None:
    first = room.consume()
    await room.put("a", 1)
    await room.until_effects("a", [1])
    second = room.consume()
    await eventually(lambda: _owned(second), within=10)
    await room.put("a", 2)
    await room.until_effects("a", [1, 2])

    await first.stop()
    for number in (3, 4):
        await room.put("a", number)

    await room.until_effects("a", [1, 2, 3, 4])


async def test_a_hint_is_left_with_the_broker(room: Room) -> None:
    await room.put("a", 1)
    room.consume()
    await room.until_effects("a", [1])
    await room.stop()

    asking = make_consumer(
        room.spine.kafka(HEARS), group=room.spine.prefix + CONSUMER, client_id="t", session_timeout_ms=6_000
    )
    await asking.start()
    place = TopicPartition(room.spine.prefix + TOPIC, partition_of("a", [0, 1, 2]))
    assert await asking.committed(place) == 1
    await asking.stop()


class _Broken(Exception):  # what a driver raises
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def _condition(consumer: DomainConsumer) -> Callable[[], Awaitable[bool]]:
    async def ok() -> bool:
        return consumer.condition().ok

    return ok


def _detail(consumer: DomainConsumer) -> Callable[[], Awaitable[str]]:
    async def detail() -> str:
        return consumer.condition().detail

    return detail


async def _count(room: Room) -> int:
    return len(room.handler.attempts)


async def _owned(consumer: DomainConsumer) -> bool:
    return bool(consumer._partitions)
