"""One consumer group of all gateway processes: at least once by Kafka's own offset, without inbox and without fence.

Nothing is kept here, so what comes twice is told twice; and what came before the group existed is not told at all.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from chassis.cause import SYSTEM, Cause, Delivery
from chassis.failures import Poison
from chassis.health import Condition
from chassis.kafka import make_consumer
from chassis.kafka_connection import KafkaConnection
from chassis.record import Record
from chassis.subscriptions import Subscriptions
from gateway.application.ports import MemoryAway

GROUP = "gateway.live"
POLL_MS = 1_000
RECORDS_MAX = 500
CLOSE_SECONDS_MAX = 5.0
RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)


class LiveConsumer:
    """Hears all topics of the live path in one group member; partitions are shared out among the processes."""

    name = GROUP

    def __init__(
        self,
        hears: Sequence[Subscriptions],
        *,
        kafka: Callable[[], KafkaConnection],
        prefix: str,
        session_timeout_ms: int,
    ) -> None:
        self._hears: Mapping[str, Subscriptions] = {prefix + one.topic: one for one in hears}
        self._kafka = kafka
        self._prefix = prefix
        self._session_timeout_ms = session_timeout_ms
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._trouble: str | None = "starting"
        self._log = structlog.get_logger("gateway.live")

    def condition(self) -> Condition:
        """Well while it is a member of its group and the log can be written."""
        return Condition(ok=self._trouble is None, detail=self._trouble or "")

    async def run(self) -> None:
        """Listens until stopped; whatever is away is waited for."""
        failures = 0
        try:
            while not self._stopping.is_set():
                try:
                    await self._member()
                    failures = 0
                except (KafkaError, OSError) as error:
                    self._trouble = type(error).__name__
                    self._log.warning("the group member starts anew", reason=f"{type(error).__name__}: {error}")
                    await self._pause(failures)
                    failures += 1
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Stops fetching, finishes what is in hand, commits, leaves the group."""
        self._stopping.set()
        await self._ended.wait()

    async def _member(self) -> None:
        kafka = make_consumer(
            self._kafka(),
            group=self._prefix + GROUP,
            client_id=GROUP,
            session_timeout_ms=self._session_timeout_ms,
            fetch_max_wait_ms=500,
            metadata_max_age_ms=30_000,
        )
        try:
            await kafka.start()
            kafka.subscribe(list(self._hears), listener=_FromNowOn(kafka, self))
            await self._listen(kafka)
        finally:
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(kafka.stop(), CLOSE_SECONDS_MAX)

    def joined(self) -> None:
        """The group has given this member its partitions."""
        self._trouble = None

    async def _listen(self, kafka: AIOKafkaConsumer) -> None:
        while not self._stopping.is_set():
            try:
                batches = await kafka.getmany(timeout_ms=POLL_MS, max_records=RECORDS_MAX)
            except (NoOffsetForPartitionError, OffsetOutOfRangeError) as lost:
                # The log has moved on without us, or was made anew: clients read again, and follow from here.
                self._log.warning("following from the end", reason=type(lost).__name__)
                where = lost.args[0]
                await from_the_end(kafka, where if isinstance(where, dict) else [where])
                continue
            if batches and await self._tell_all(batches):
                await kafka.commit({where: records[-1].offset + 1 for where, records in batches.items()})

    async def _tell_all(self, batches: Mapping[TopicPartition, Sequence[Any]]) -> bool:
        """Whether all was told; it was not where we are to stop while the log is away."""
        for where, records in batches.items():
            for record in records:
                if not await self._tell_in_the_end(self._hears[where.topic], Record.of(record)):
                    return False
        return True

    async def _tell_in_the_end(self, hears: Subscriptions, record: Record) -> bool:
        failures = 0
        while not self._stopping.is_set():
            try:
                await self._tell(hears, record)
            except MemoryAway:
                self._trouble = "the shared memory is away"
                await self._pause(failures)
                failures += 1
            else:
                self._trouble = None
                return True
        return False

    async def _tell(self, hears: Subscriptions, record: Record) -> None:
        try:
            envelope = record.envelope()
            handled = hears.handlers.get(envelope.type)
            if handled is None:
                return
            event_class, handler = handled
            event = record.event(event_class)
        except Poison as poison:
            # Parking would keep what follows from those who wait for it; services park it where it counts.
            self._log.error("a record was not told", topic=hears.topic, offset=record.offset, reason=str(poison))
            return
        delivery = Delivery(
            consumer=GROUP,
            topic=hears.topic,
            partition=record.partition,
            offset=record.offset,
            start=record.offset,
            end=record.end,
            key=record.key,
            event_id=envelope.id,
            sequence=envelope.sequence,
        )
        cause = Cause(subject=SYSTEM, operation=envelope.type, delivery=delivery, trace=envelope.trace)
        await handler(event, cause)

    async def _pause(self, failures: int) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])


class _FromNowOn(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """A group that has never been here follows from the end, and says so at once: what comes later is never skipped."""

    def __init__(self, kafka: AIOKafkaConsumer, member: LiveConsumer) -> None:
        self._kafka = kafka
        self._member = member

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """What was told and not yet committed is told again by whoever comes next."""

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        new = [where for where in assigned if await self._kafka.committed(where) is None]
        await from_the_end(self._kafka, new)
        self._member.joined()


async def from_the_end(kafka: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> None:
    """Follows partitions from their end, and commits that place."""
    asked = list(partitions)
    ends: Mapping[TopicPartition, int] = await kafka.end_offsets(asked) if asked else {}
    for where, end in ends.items():
        kafka.seek(where, end)
    if ends:
        await kafka.commit(dict(ends))
