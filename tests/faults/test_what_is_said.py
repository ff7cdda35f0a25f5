"""Records nobody can read, that are too large, that fail, that end their process, that come twice or in disorder."""

import asyncio

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis import parking
from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from chassis.kafka import client_settings, partition_of
from chassis.unit_of_work import UnitOfWork
from events.base import encode
from events.envelope import Envelope
from testkit.eventually import eventually
from testkit.fakes import MONDAY
from testkit.probe.handler import FAIL, KILL
from testkit.probe.load import PATIENCE_S, Load, balance, count_up, say_unreadable
from testkit.probe.processes import Probes
from testkit.spine import HEARS, PARTITIONS, SAYS, TOPIC, Counted, SpineWorld, no_facts

pytestmark = [pytest.mark.faults, pytest.mark.integration]
CONSUMER = f"{HEARS}.{TOPIC}"
LARGE = "x" * 1_500_000


async def test_poison_parks_its_key_and_is_drained_in_order(
    spine: SpineWorld, says: Database, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()
    await count_up(says, "p-1", "poison")
    await say_unreadable(says, "poison")
    await count_up(says, "p-2", "poison")
    await count_up(says, "p-3", "poison")

    await eventually(
        lambda: _parked(spine), within=PATIENCE_S, every=0.1, until=lambda found: found == {"poison": [2, 3, 4]}
    )
    assert await _numbers(spine, "poison") == [1]
    await balance(spine, await load.stop())

    # A person gives the unreadable one up; what waited behind it is drained in order.
    hears = spine.database(HEARS)
    async with hears.engine.begin() as connection:
        await parking.discard_head(connection, consumer=CONSUMER, topic=TOPIC, key="poison")
        await parking.release(connection, consumer=CONSUMER, topic=TOPIC, key="poison")
    await hears.close()
    await eventually(lambda: _parked(spine), within=PATIENCE_S, every=0.1, until=lambda found: not found)
    await count_up(says, "p-4", "poison")
    await eventually(
        lambda: _numbers(spine, "poison"), within=PATIENCE_S, every=0.1, until=lambda found: found == [1, 2, 3, 4]
    )


async def test_a_failing_record_is_parked_and_never_dropped(
    spine: SpineWorld, says: Database, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()
    await count_up(says, "f-1", "failing", body=FAIL)
    await count_up(says, "f-2", "failing")

    await eventually(
        lambda: _parked(spine), within=PATIENCE_S, every=0.1, until=lambda found: found == {"failing": [1, 2]}
    )
    await balance(spine, await load.stop())


async def test_an_oversized_record_parks_its_key_at_the_relay(
    spine: SpineWorld, says: Database, probes: Probes, load: Load
) -> None:
    await probes.start("consumer")
    relay = await probes.start("relay")
    load.start()
    await count_up(says, "l-1", "large")
    await count_up(says, "l-2", "large", body=LARGE)
    await count_up(says, "l-3", "large")

    await eventually(
        lambda: relay.metric("pledgeboard_relay_parked_keys"),
        within=PATIENCE_S,
        every=0.1,
        until=lambda keys: keys == 1,
    )
    await balance(spine, await load.stop())
    assert await _numbers(spine, "large") == [1]


async def test_a_record_that_ends_its_process_is_parked_after_five_deaths(
    spine: SpineWorld, says: Database, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    load.start()
    await count_up(says, "k-1", "deadly", body=KILL)
    await count_up(says, "k-2", "deadly")
    deaths = 0
    while not await _parked(spine):
        assert deaths <= 5, "five deaths are enough"
        consumer = probes.make("consumer").start()
        parked = asyncio.create_task(eventually(lambda: _parked(spine), within=30))
        ended = asyncio.create_task(consumer.ended(within=30))
        await asyncio.wait({parked, ended}, return_when=asyncio.FIRST_COMPLETED)
        deaths += ended.done()
        parked.cancel()
        ended.cancel()

    assert deaths == 5
    await eventually(
        lambda: _parked(spine), within=PATIENCE_S, every=0.1, until=lambda found: found == {"deadly": [1, 2]}
    )
    await balance(spine, await load.stop())


async def test_what_is_sent_twice_is_applied_once(spine: SpineWorld, probes: Probes, load: Load) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()
    for _ in range(5):
        await asyncio.sleep(0.5)
        async with spine.admin(SAYS) as admin:
            await admin.execute("update outbox set sent_at = null where sent_at is not null and id % 3 = 0")

    await balance(spine, await load.stop())
    async with spine.admin(SAYS) as admin:
        await eventually(lambda: _unsent(admin), within=PATIENCE_S, every=0.1, until=lambda count: count == 0)
    await _until_read_to_the_end(spine)
    await balance(spine, load.done)


async def test_a_late_commit_is_carried(spine: SpineWorld, says: Database, probes: Probes) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    await count_up(says, "w-1", "warm")
    await eventually(lambda: _numbers(spine, "warm"), within=30, until=lambda found: found == [1])
    async with UnitOfWork(says, Cause(subject=SYSTEM, operation="late"), translate=no_facts) as late:
        late.outbox.say(Counted(counter="late", number=1))
        await late.outbox.flush(at=late.said_at, trace={})  # its id is drawn
        await count_up(says, "w-2", "warm")
        await eventually(lambda: _numbers(spine, "warm"), within=0.9, until=lambda found: found == [1, 2])

    await eventually(lambda: _numbers(spine, "late"), within=PATIENCE_S, until=lambda found: found == [1])


async def test_what_comes_in_disorder_is_applied_in_order(spine: SpineWorld, probes: Probes, load: Load) -> None:
    await probes.start("relay")
    await probes.start("consumer")
    load.start()
    producer = AIOKafkaProducer(**client_settings(spine.world.addresses.kafka))
    await producer.start()
    for number in (1, 3, 4, 2, 2, 6, 5, 7):
        await _put(producer, spine, "mixed", number)
    await producer.stop()

    await eventually(
        lambda: _numbers(spine, "mixed"), within=PATIENCE_S, every=0.1, until=lambda found: found == list(range(1, 8))
    )
    assert await _parked(spine) == {}
    await balance(spine, await load.stop())


async def _put(producer: AIOKafkaProducer, spine: SpineWorld, key: str, number: int) -> None:
    envelope = Envelope(id=f"{key}-{number}", source="/listing", type=Counted.type, time=MONDAY, sequence=number)
    await producer.send_and_wait(
        spine.prefix + TOPIC,
        value=encode(Counted(counter=key, number=number)),
        key=key.encode(),
        headers=envelope.headers(),
        partition=partition_of(key, [0, 1, 2]),
    )


async def _parked(spine: SpineWorld) -> dict[str, list[int]]:
    """Sequences of the parked records by parked key."""
    async with spine.admin(HEARS) as admin:
        rows = await admin.fetch(
            "select key, array_agg(sequence order by r.id) as waiting from parked_key join parked_record r "
            "using (consumer, topic, key) group by key"
        )
    return {row["key"]: row["waiting"] for row in rows}


async def _numbers(spine: SpineWorld, key: str) -> list[int]:
    async with spine.admin(HEARS) as admin:
        return [row["number"] for row in await admin.fetch("select number from effect where key = $1 order by id", key)]


async def _unsent(admin: "asyncpg.Connection[asyncpg.Record]") -> int:
    return int(await admin.fetchval("select count(*) from outbox where sent_at is null"))


async def _until_read_to_the_end(spine: SpineWorld) -> None:
    consumer = AIOKafkaConsumer(**client_settings(spine.world.addresses.kafka))
    await consumer.start()
    places = [TopicPartition(spine.prefix + TOPIC, number) for number in range(PARTITIONS)]
    ends = await consumer.end_offsets(places)
    await consumer.stop()

    async def read() -> int:
        async with spine.admin(HEARS) as admin:
            return int(await admin.fetchval("select sum(next) from consumer_offset"))

    await eventually(read, within=PATIENCE_S, every=0.1, until=lambda offsets: offsets >= sum(ends.values()))
