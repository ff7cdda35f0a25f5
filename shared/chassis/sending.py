"""Sends outbox rows so that order per key holds, whatever fails in between."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from chassis.fault_points import fault_point
from chassis.kafka import BATCH_BYTES_MAX, REQUEST_TIMEOUT_MS, partition_of
from chassis.lease import Lease
from chassis.outbox_queue import Row
from chassis.unknown_topics import UnknownTopics

SEND_TIMEOUT_S = REQUEST_TIMEOUT_MS / 1000
# Below the relay role's idle_session_timeout: while a send waits, the session must not fall idle.
HEARTBEAT_S = 1.0
BATCH_RECORDS_MAX = 200
RECORD_OVERHEAD_BYTES = 128
DENIALS_BEFORE_PARKING = 3
_FOR_GOOD = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTopicError, PolicyViolationError)

Place = tuple[str, int]


class SendTimedOut(OSError):
    """The broker did not answer in time: whether it has the records is not known."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row the broker will never take."""

    row: Row
    reason: str


@dataclass(kw_only=True)
class Delivery:
    """What became of one look at the queue. `sent` is called with each acknowledged wave, before the next is sent."""

    sent: Callable[[list[Row]], Awaitable[None]]
    count: int = 0
    refused: list[Refused] = field(default_factory=list)
    failure: Exception | None = None


@dataclass(kw_only=True)
class Memory:
    """What outlives a producer: where rows go one by one because a batch was refused, and who was denied how often."""

    alone: set[Place] = field(default_factory=set)
    denials: Counter[Place] = field(default_factory=Counter)
    unknown: UnknownTopics = field(default_factory=UnknownTopics)


class Sending:
    """One producer at work. It is thrown away after any failure: its numbering is no longer known then."""

    def __init__(self, producer: AIOKafkaProducer, lease: Lease, *, prefix: str, memory: Memory) -> None:
        self._producer = producer
        self._lease = lease
        self._prefix = prefix
        self._memory = memory

    async def send(self, rows: Sequence[Row], delivery: Delivery) -> None:
        """Sends the rows in waves: one batch per partition at a time, the next only when it is acknowledged."""
        queues = {
            place: list(_batches(of_place, alone=place in self._memory.alone))
            for place, of_place in (await self._by_place(rows, delivery)).items()
        }
        while queues and delivery.failure is None:
            await self._wave({place: batches.pop(0) for place, batches in queues.items()}, delivery)
            queues = {place: batches for place, batches in queues.items() if batches}

    async def _by_place(self, rows: Sequence[Row], delivery: Delivery) -> dict[Place, list[Row]]:
        by_topic: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_topic[row.topic].append(row)
        by_place: dict[Place, list[Row]] = defaultdict(list)
        for topic, of_topic in by_topic.items():
            name = self._prefix + topic
            partitions = await self._partitions(name)
            if not partitions:
                self._unknown(topic, of_topic, delivery)
                continue
            self._memory.unknown.found(topic)
            for row in of_topic:
                number = row.partition if row.partition is not None else partition_of(row.key, partitions)
                by_place[name, number].append(row)
        return by_place

    async def _partitions(self, topic: str) -> list[int]:
        """The partitions of a topic; none where the broker has answered that there is no such topic."""
        client = self._producer.client
        if known := client.cluster.partitions_for_topic(topic):
            return sorted(known)
        await self._lease.check()
        # Only an answered request may speak against a topic: a broker that is away says nothing.
        everything = await asyncio.wait_for(client.fetch_all_metadata(), SEND_TIMEOUT_S)
        if not everything.partitions_for_topic(topic):
            return []
        client.add_topic(topic)
        await asyncio.wait_for(client.force_metadata_update(), SEND_TIMEOUT_S)
        return sorted(client.cluster.partitions_for_topic(topic) or ())

    def _unknown(self, topic: str, rows: Sequence[Row], delivery: Delivery) -> None:
        if self._memory.unknown.still(topic, now=asyncio.get_running_loop().time()):
            _refuse_keys(rows, "the topic is unknown, or this principal may not see it", delivery)

    async def _wave(self, wave: dict[Place, list[Row]], delivery: Delivery) -> None:
        await self._lease.check()
        await fault_point("relay.before_send")
        sends = {place: asyncio.create_task(self._send_batch(place, rows)) for place, rows in wave.items()}
        try:
            await self._await_all(set(sends.values()))
        finally:
            for task in sends.values():
                task.cancel()
        await fault_point("relay.after_send")
        sent = [row for place, rows in wave.items() if _succeeded(sends[place]) for row in rows]
        if sent:
            await delivery.sent(sent)
            delivery.count += len(sent)
        await fault_point("relay.after_mark")
        for place, rows in wave.items():
            if _succeeded(sends[place]):
                del self._memory.denials[place]
            else:
                self._judge(place, rows, sends[place], delivery)

    async def _send_batch(self, place: Place, rows: Sequence[Row]) -> None:
        topic, partition = place
        builder = self._producer.create_batch()
        for row in rows:
            key = None if row.key is None else row.key.encode()
            builder.append(timestamp=None, key=key, value=row.body, headers=row.headers)
        builder.close()
        acknowledged = await self._producer.send_batch(builder, topic, partition=partition)
        await acknowledged

    async def _await_all(self, waiting: set[asyncio.Task[None]]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SEND_TIMEOUT_S
        while waiting and (left := deadline - loop.time()) > 0:
            _, waiting = await asyncio.wait(waiting, timeout=min(left, HEARTBEAT_S))
            if waiting:
                await self._lease.check()

    def _judge(self, place: Place, rows: list[Row], task: asyncio.Task[None], delivery: Delivery) -> None:
        error = task.exception() if task.done() and not task.cancelled() else None
        delivery.failure = error if isinstance(error, Exception) else SendTimedOut(f"no answer for {place[0]}")
        if isinstance(error, TopicAuthorizationFailedError):
            self._memory.denials[place] += 1
            if self._memory.denials[place] >= DENIALS_BEFORE_PARKING:
                _refuse_keys(rows, "this principal may not write the topic", delivery)
        elif isinstance(error, _FOR_GOOD) and len(rows) > 1:
            self._memory.alone.add(place)
        elif isinstance(error, _FOR_GOOD):
            self._memory.alone.discard(place)
            delivery.refused.append(Refused(row=rows[0], reason=f"{type(error).__name__}: {error}"))


def _batches(rows: Sequence[Row], *, alone: bool) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        weight = len(row.body) + sum(len(name) + len(value) for name, value in row.headers) + RECORD_OVERHEAD_BYTES
        if batch and (alone or size + weight > BATCH_BYTES_MAX or len(batch) == BATCH_RECORDS_MAX):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch


def _refuse_keys(rows: Sequence[Row], reason: str, delivery: Delivery) -> None:
    first_of_key: dict[tuple[str, str | None], Row] = {}
    for row in rows:
        first_of_key.setdefault((row.topic, row.key), row)
    delivery.refused.extend(Refused(row=row, reason=reason) for row in first_of_key.values())


def _succeeded(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
