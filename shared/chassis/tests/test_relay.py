import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import ClassVar

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from chassis import parked_command
from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from chassis.kafka import client_settings, partition_of
from chassis.relay import Relay, RelaySettings
from chassis.unit_of_work import UnitOfWork
from events.base import Event
from testkit.eventually import eventually
from testkit.spine import SAYS, TOPIC, Counted, SpineWorld, no_facts, say

pytestmark = pytest.mark.integration
UNKNOWN_FOR_S = 6.0


class Elsewhere(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "nobody.knows.v1"
    type: ClassVar[str] = "nobody.knows.v1"
    key_field: ClassVar[str] = "name"

    name: str


class Forbidden(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "review.case.v1"
    type: ClassVar[str] = "spine.forbidden.v1"
    key_field: ClassVar[str] = "name"

    name: str


class Belated(Event, frozen=True, kw_only=True):
    """Its topic is one that the principal may write; the tests take it away first."""

    topic: ClassVar[str] = "listing.participant.v1"
    type: ClassVar[str] = "spine.belated.v1"
    key_field: ClassVar[str] = "name"

    name: str
    number: int


@pytest.fixture
async def relaying(spine: SpineWorld) -> AsyncIterator[Relay]:
    database = spine.database(f"{SAYS}_relay")
    settings = RelaySettings(
        service=SAYS, kafka=spine.kafka(SAYS), topic_prefix=spine.prefix, unknown_for_s=UNKNOWN_FOR_S
    )
    relay = Relay(settings, database)
    running = asyncio.create_task(relay.run())
    yield relay
    await asyncio.wait_for(relay.stop(), 10)
    await running
    await database.close()


async def unsent(spine: SpineWorld) -> int:
    async with spine.admin(SAYS) as admin:
        return int(await admin.fetchval("select count(*) from outbox where sent_at is null"))


async def sent(spine: SpineWorld) -> int:
    async with spine.admin(SAYS) as admin:
        return int(await admin.fetchval("select count(*) from outbox where sent_at is not null"))


async def parked(spine: SpineWorld) -> list[tuple[str, str]]:
    async with spine.admin(SAYS) as admin:
        rows = await admin.fetch("select topic, key from outbox_parked_key order by topic, key")
    return [(row["topic"], row["key"]) for row in rows]


async def audited(spine: SpineWorld) -> list[tuple[str, ...]]:
    async with spine.admin(SAYS) as admin:
        rows = await admin.fetch(
            "select actor, operation, details->>'key', details->>'reason' from audit "
            "where operation like 'parked.%' order by id"
        )
    return [tuple(row) for row in rows]


async def said(spine: SpineWorld, count: int, *, topic: str = TOPIC) -> list[tuple[int, str, int]]:
    consumer = AIOKafkaConsumer(
        spine.prefix + topic, **client_settings(spine.world.addresses.kafka), auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        found = [await asyncio.wait_for(consumer.getone(), 10) for _ in range(count)]
    finally:
        await consumer.stop()
    return [(one.partition, one.key.decode(), int(dict(one.headers)["ce_sequence"])) for one in found]


async def test_carries_every_row_in_order_to_the_partition_of_its_key(
    spine: SpineWorld, says: Database, relaying: Relay
) -> None:
    for number in range(1, 11):
        await say(says, *(Counted(counter=f"k{key}", number=number) for key in range(5)))

    found = await said(spine, 50)

    await eventually(lambda: unsent(spine), within=5, until=lambda left: left == 0)
    assert relaying.condition().ok
    for key in (f"k{n}" for n in range(5)):
        assert [sequence for _, name, sequence in found if name == key] == list(range(1, 11))
        assert {place for place, name, _ in found if name == key} == {partition_of(key, [0, 1, 2])}


async def test_a_late_commit_with_an_early_id_is_not_lost(spine: SpineWorld, says: Database, relaying: Relay) -> None:
    drew_early, late = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with UnitOfWork(says, Cause(subject=SYSTEM, operation="say"), translate=no_facts) as work:
            work.outbox.say(Counted(counter="early", number=1))
            await work.outbox.flush(at=work.said_at, trace={})
            drew_early.set()
            await late.wait()

    task = asyncio.create_task(slow())
    await drew_early.wait()
    await say(says, Counted(counter="later", number=1))
    await eventually(lambda: sent(spine), within=5, until=lambda count: count == 1)
    late.set()
    await task

    assert {name for _, name, _ in await said(spine, 2)} == {"early", "later"}


async def test_an_oversized_record_parks_its_key_and_the_others_go_on(
    spine: SpineWorld, says: Database, relaying: Relay
) -> None:
    await say(says, *(Counted(counter=key, number=1) for key in ("a", "b", "c")))
    await say(says, Counted(counter="a", number=2, body="x" * 2_000_000))
    await say(says, *(Counted(counter=key, number=3) for key in ("a", "b", "c")))

    await eventually(lambda: parked(spine), within=10, until=lambda keys: keys == [(TOPIC, "a")])
    found = await said(spine, 5)

    assert sorted((name, sequence) for _, name, sequence in found) == [
        ("a", 1), ("b", 1), ("b", 2), ("c", 1), ("c", 2)
    ]  # fmt: skip
    await eventually(lambda: unsent(spine), within=5, until=lambda left: left == 2)
    await eventually(_detail(relaying), within=5, until=lambda detail: detail == "parked keys: 1")
    assert relaying.condition().ok


@pytest.mark.parametrize("event", [Elsewhere(name="n"), Forbidden(name="n")])
async def test_a_topic_that_is_unknown_or_forbidden_parks_its_keys(
    spine: SpineWorld, says: Database, relaying: Relay, event: Event
) -> None:
    await say(says, event, Counted(counter="a", number=1))

    await eventually(lambda: parked(spine), within=20, until=lambda keys: keys == [(event.topic, "n")])
    assert [name for _, name, _ in await said(spine, 1)] == ["a"]
    await eventually(lambda: unsent(spine), within=5, until=lambda left: left == 1)


async def test_a_topic_that_comes_late_parks_nothing_and_holds_up_nobody(
    spine: SpineWorld, says: Database, relaying: Relay
) -> None:
    await _take_away(spine, Belated.topic)
    await say(says, *(Belated(name=name, number=number) for number in (1, 2) for name in ("a", "b")))
    await say(says, Counted(counter="meanwhile", number=1))

    await eventually(_detail(relaying), within=5, until=lambda detail: Belated.topic in detail)
    assert relaying.condition().ok
    await eventually(lambda: unsent(spine), within=UNKNOWN_FOR_S / 2, until=lambda left: left == 4)
    await asyncio.to_thread(spine.world.kafka_admin.create_topics)
    await say(says, *(Belated(name=name, number=3) for name in ("a", "b")))

    await eventually(lambda: unsent(spine), within=10, until=lambda left: left == 0)
    assert await parked(spine) == []
    found = await said(spine, 6, topic=Belated.topic)
    assert [sequence for _, name, sequence in found if name == "a"] == [1, 2, 3]
    assert [sequence for _, name, sequence in found if name == "b"] == [1, 2, 3]
    await eventually(_detail(relaying), within=5, until=lambda detail: not detail)


async def test_released_keys_are_sent_in_order_by_the_relay_that_runs(
    spine: SpineWorld, says: Database, relaying: Relay
) -> None:
    await _take_away(spine, Belated.topic)
    await say(says, *(Belated(name=name, number=number) for number in (1, 2) for name in ("a", "b")))
    both = [(Belated.topic, "a"), (Belated.topic, "b")]
    await eventually(lambda: parked(spine), within=20, until=lambda keys: keys == both)
    await asyncio.to_thread(spine.world.kafka_admin.create_topics)
    await say(says, Belated(name="a", number=3))
    where = ["--what", "relay", "--topic", Belated.topic]

    why = ["--reason", "the topic is there", "--by", "duty"]
    assert await parked_command.execute(["release", *where, "--key", "a", *why], says) == 0
    assert await parked_command.execute(["release", *where, "--all-keys", *why], says) == 0
    await say(says, Belated(name="a", number=4))

    found = await said(spine, 6, topic=Belated.topic)
    assert [sequence for _, name, sequence in found if name == "a"] == [1, 2, 3, 4]
    assert [sequence for _, name, sequence in found if name == "b"] == [1, 2]
    await eventually(lambda: unsent(spine), within=5, until=lambda left: left == 0)
    await eventually(_detail(relaying), within=10, until=lambda detail: not detail)
    assert await audited(spine) == [
        ("operator:duty", "parked.release", "a", "the topic is there"),
        ("operator:duty", "parked.release", "b", "the topic is there"),
    ]
    assert await parked_command.execute(["release", *where, "--key", "a", *why], says) == 3
    assert len(await audited(spine)) == 2


async def test_a_discarded_row_is_never_sent_and_the_rows_behind_it_are(
    spine: SpineWorld, says: Database, relaying: Relay
) -> None:
    await say(says, Counted(counter="a", number=1, body="x" * 2_000_000), Counted(counter="a", number=2))
    await eventually(lambda: parked(spine), within=10, until=lambda keys: keys == [(TOPIC, "a")])
    where = ["--what", "relay", "--topic", TOPIC, "--key", "a"]

    assert await parked_command.execute(["discard", *where, "--reason", "too large", "--by", "duty"], says) == 0

    assert [sequence for _, _, sequence in await said(spine, 1)] == [2]
    await eventually(lambda: unsent(spine), within=5, until=lambda left: left == 0)
    assert await audited(spine) == [("operator:duty", "parked.discard", "a", "too large")]


async def test_of_two_relays_one_is_active_and_the_other_takes_over(
    spine: SpineWorld, says: Database, relaying: Relay
) -> None:
    await say(says, Counted(counter="a", number=1))
    await eventually(lambda: unsent(spine), within=10, until=lambda left: left == 0)
    database = spine.database(f"{SAYS}_relay")
    second = Relay(RelaySettings(service=SAYS, kafka=spine.kafka(SAYS), topic_prefix=spine.prefix), database)
    running = asyncio.create_task(second.run())
    await eventually(_detail(second), within=5, until=lambda detail: detail == "standing by")

    await relaying.stop()
    await say(says, Counted(counter="a", number=2))

    await eventually(lambda: unsent(spine), within=5, until=lambda left: left == 0)
    await second.stop()
    await running
    await database.close()


async def _take_away(spine: SpineWorld, topic: str) -> None:
    admin = AIOKafkaAdminClient(**client_settings(spine.world.addresses.kafka))
    await admin.start()
    try:
        await admin.delete_topics([spine.prefix + topic])
        await eventually(admin.list_topics, within=10, until=lambda names: spine.prefix + topic not in names)
    finally:
        await admin.close()


def _detail(relay: Relay) -> Callable[[], Awaitable[str]]:
    async def detail() -> str:
        return relay.condition().detail

    return detail
