"""Processes that are asked to stop under load, and processes that are frozen past every patience and come back."""

from collections import Counter

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.kafka import client_settings
from chassis.record import Record
from testkit.eventually import eventually
from testkit.probe.load import PATIENCE_S, Load, balance
from testkit.probe.processes import Probes
from testkit.spine import HEARS, PARTITIONS, TOPIC, SpineWorld

pytestmark = [pytest.mark.faults, pytest.mark.integration]
ABOUT_TO_APPLY = "consumer.before_attempt:10"
ABOUT_TO_SEND = "relay.after_read:3"
FENCE_REFUSALS = "pledgeboard_fence_refusals_total"
LEADING = "pledgeboard_relay_leading"
LEASES_LOST = "pledgeboard_relay_leases_lost_total"
_WATCH = """
create table setback (part integer, was bigint, now bigint);
create function write_down_setback() returns trigger language plpgsql security definer as $$
begin
    insert into review.setback values (new.partition, old.next, new.next);
    return null;
end $$;
create trigger watch_for_setbacks after update on consumer_offset
for each row when (new.next < old.next) execute function write_down_setback();
"""


async def test_stopped_in_order_under_load(spine: SpineWorld, probes: Probes, load: Load) -> None:
    load.start()
    for _ in range(3):
        relay = await probes.start("relay")
        consumer = await probes.start("consumer")
        await _some_effects(spine)

        assert await consumer.stop() == 0
        assert await relay.stop() == 0

    await probes.start("relay")
    await probes.start("consumer")
    await balance(spine, await load.stop())


async def test_a_frozen_consumer_is_replaced_and_refused_when_it_comes_back(
    spine: SpineWorld, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    load.start()
    frozen = await probes.start("consumer", point=ABOUT_TO_APPLY)
    await frozen.reached(ABOUT_TO_APPLY)

    frozen.freeze()
    successor = await probes.start("consumer")
    await _watch_for_setbacks(spine)
    await _every_partition_moves(spine)
    frozen.let_go(ABOUT_TO_APPLY)
    frozen.resume()

    async def has_tried() -> bool:
        return bool(await frozen.metric(FENCE_REFUSALS)) or bool(await _setbacks(spine))

    await eventually(has_tried, within=PATIENCE_S, what="the process that woke has tried to apply its record")
    assert await _setbacks(spine) == [], "no position is set back by the process that woke"
    assert await frozen.metric(FENCE_REFUSALS), "the fence refused"
    assert successor.is_running
    await balance(spine, await load.stop())


async def test_a_frozen_relay_loses_its_lease_and_sends_nothing_without_it(
    spine: SpineWorld, probes: Probes, load: Load
) -> None:
    await probes.start("consumer")
    load.start()
    frozen = await probes.start("relay", point=ABOUT_TO_SEND)
    await frozen.reached(ABOUT_TO_SEND)
    frozen.freeze()
    successor = await probes.start("relay")
    await eventually(lambda: successor.metric(LEADING), within=PATIENCE_S, what="the successor leads", every=0.1)
    await _some_effects(spine)
    frozen.let_go(ABOUT_TO_SEND)
    frozen.resume()

    async def has_tried() -> bool:
        return bool(await frozen.metric(LEASES_LOST)) or bool(await _sent_twice(spine))

    await eventually(has_tried, within=PATIENCE_S, what="the process that woke has tried to send its rows", every=0.1)
    await _some_effects(spine)
    assert await _sent_twice(spine) == set(), "nothing is sent without the lease"
    assert await frozen.metric(LEASES_LOST), "the lease was found lost"
    await balance(spine, await load.stop())


async def _watch_for_setbacks(spine: SpineWorld) -> None:
    """From now on, the database writes down whoever moves a position back."""
    async with spine.admin(HEARS) as admin:
        await admin.execute(_WATCH)


async def _setbacks(spine: SpineWorld) -> list[tuple[int, int, int]]:
    async with spine.admin(HEARS) as admin:
        return [(row["part"], row["was"], row["now"]) for row in await admin.fetch("select * from setback")]


async def _sent_twice(spine: SpineWorld) -> set[str]:
    """Events of which the topic holds more than one record."""
    consumer = AIOKafkaConsumer(**client_settings(spine.world.addresses.kafka), auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(spine.prefix + TOPIC, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: Counter[str] = Counter()
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found.update(Record.of(record).envelope().id for record in records)
    finally:
        await consumer.stop()
    return {event_id for event_id, count in found.items() if count > 1}


async def _every_partition_moves(spine: SpineWorld) -> None:
    """By two records: whoever applies the next one only, afterwards, sets the position back."""

    async def offsets() -> list[int]:
        async with spine.admin(HEARS) as admin:
            rows = await admin.fetch("select next from consumer_offset order by partition")
        return [row["next"] for row in rows]

    before = await offsets()
    await eventually(
        offsets,
        within=max(PATIENCE_S, 30),
        until=lambda now: all(new > old + 1 for new, old in zip(now, before, strict=True)),
        what=f"beyond {before}",
        every=0.1,
    )


async def _some_effects(spine: SpineWorld, *, count: int = 30) -> None:
    before = await _effects(spine)

    async def more() -> int:
        return await _effects(spine) - before

    await eventually(
        more, within=max(PATIENCE_S, 30), until=lambda found: found >= count, what=f"{count} more effects", every=0.1
    )


async def _effects(spine: SpineWorld) -> int:
    async with spine.admin(HEARS) as admin:
        return int(await admin.fetchval("select count(*) from effect"))
