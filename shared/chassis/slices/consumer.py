"""Reads raw topics in slices: fetch, decode in threads, write; each stage bounded, each partition by itself.

The broker's record objects go through untouched. Where a partition goes on is what the database says; the offset
committed to Kafka is a hint for whoever watches the lag. Topics that match and appear later are read without a
restart. No partition waits for another one: each has its lane, and a lane that is full, waiting or halted is merely
not fetched.
"""

import asyncio
import gc
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, OffsetOutOfRangeError, TopicAuthorizationFailedError

from chassis.fault_points import fault_point
from chassis.health import Condition, PartitionProgress
from chassis.kafka import make_consumer
from chassis.kafka_admin import KafkaConnection
from chassis.slices import figures, inflation
from chassis.slices.apply import Applier
from chassis.slices.handler import Begin, D, SliceHandler, W
from chassis.slices.lane import SliceLimits
from chassis.slices.ledger import Ledger
from chassis.slices.tending import Doors, Tender, TendingSettings
from chassis.slices.topics import TopicIds, TopicPattern
from chassis.slices.turns import Turns

_log = structlog.get_logger("chassis.slices")

COMMIT_HINT_SECONDS = 5.0
CLOSE_SECONDS_MAX = 5.0
COLLECTOR_THRESHOLDS = (100_000, 20, 50)
SWITCH_SECONDS = 0.001
RESTART_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class SliceSettings:
    """What one slice consumer is told. `name` is its position's, and under the prefix its group's."""

    name: str
    topics: TopicPattern
    kafka: KafkaConnection
    session_timeout_ms: int = 10_000
    discovery_ms: int = 3_000
    fetch_wait_ms: int = 20
    poll_ms: int = 20
    partition_fetch_bytes: int = 1024 * 1024
    decoders: int = 1
    writers: int = 4
    drain_seconds: float = 10.0
    denied_seconds: float = 5.0
    limits: SliceLimits = field(default_factory=SliceLimits)

    @property
    def group(self) -> str:
        """The consumer group: within what the service's principal may use."""
        return self.topics.prefix + self.name


class SliceConsumer(Generic[W, D]):
    """One consumer of raw topics, a part of a worker process.

    `turns` is shared by all consumers of a process: what is under suspicion of ending it is tried with nothing beside
    it, whichever topic it came from, so that nobody else is blamed for its end.
    """

    def __init__(  # what a consumer is told, and what it works on
        self,
        settings: SliceSettings,
        *,
        begin: Begin[W],
        handler: SliceHandler[W, D],
        ledger: Ledger,
        turns: Turns | None = None,
    ) -> None:
        self.settings = settings
        self.turns = turns or Turns()
        self.progress = PartitionProgress()
        self._begin = begin
        self._handler = handler
        self._ledger = ledger
        self._tenders: dict[TopicPartition, Tender[W, D]] = {}
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._trouble: str | None = "starting"
        self._kafka: AIOKafkaConsumer
        self._doors: Doors[W, D]

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return self.settings.name

    def condition(self) -> Condition:
        """Well while the broker answers and every partition is well."""
        return Condition(ok=False, detail=self._trouble) if self._trouble else self.progress.condition()

    async def run(self) -> None:
        """Reads until stopped; whatever happens to the client, a new one takes over after a pause."""
        _tune_interpreter()
        threads = ThreadPoolExecutor(self.settings.decoders, thread_name_prefix=self.settings.name)
        applier = Applier(
            begin=self._begin,
            handler=self._handler,
            threads=threads,
            writers=asyncio.Semaphore(self.settings.writers),
            turns=self.turns,
        )
        attempts = 0
        try:
            while not self._stopping.is_set():
                try:
                    await self._session(applier)
                    attempts = 0
                except (KafkaError, OSError) as error:
                    self._trouble = f"{type(error).__name__}: {error}"
                    _log.warning("client ended", consumer=self.name, reason=self._trouble)
                    await self._pause(RESTART_SECONDS[min(attempts, len(RESTART_SECONDS) - 1)])
                    attempts += 1
        finally:
            threads.shutdown(wait=False)
            self._ended.set()

    async def stop(self) -> None:
        """Stops fetching, finishes what is being written, tells Kafka, leaves the group; returns when that is done."""
        self._stopping.set()
        await self._ended.wait()

    async def _session(self, applier: Applier[W, D]) -> None:
        """The life of one client."""
        inflation.install()
        self._kafka = make_consumer(
            self.settings.kafka,
            group=self.settings.group,
            client_id=self.name,
            session_timeout_ms=self.settings.session_timeout_ms,
            metadata_max_age_ms=self.settings.discovery_ms,
            fetch_max_wait_ms=self.settings.fetch_wait_ms,
            max_partition_fetch_bytes=self.settings.partition_fetch_bytes,
        )
        self._doors = Doors(
            kafka=self._kafka,
            ledger=self._ledger,
            topic_ids=TopicIds(self.settings.kafka.client_settings()),
            applier=applier,
            progress=self.progress,
        )
        hints = asyncio.create_task(self._hint())
        try:
            await self._kafka.start()
            self._kafka.subscribe(pattern=self.settings.topics.expression, listener=_Listener(self))
            self._trouble = None
            await self._fetch()
        finally:
            hints.cancel()
            applied = await self.give_up(self._tenders, within=self.settings.drain_seconds)
            await self._commit(applied)
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(self._kafka.stop(), CLOSE_SECONDS_MAX)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def take_up(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions are ours: each is opened by itself, however long that takes."""
        told = TendingSettings(name=self.settings.name, prefix=self.settings.topics.prefix, limits=self.settings.limits)
        for partition in partitions:
            tender = Tender(partition, self._doors, told)
            self._tenders[partition] = tender
            tender.begin()

    async def give_up(self, partitions: Iterable[TopicPartition], *, within: float) -> dict[TopicPartition, int]:
        """These partitions are ours no longer: what is being written is finished, nothing new is begun.

        Returns the offsets up to which they are applied.
        """
        leaving = [one for partition in list(partitions) if (one := self._tenders.pop(partition, None))]
        await asyncio.gather(*(one.end(within=within) for one in leaving))
        ended = [(one.lane.source, one.lane.suspicion) for one in leaving if one.lane and one.ended_in_order]
        if ended:
            with suppress(Exception):  # a hint against false suspicion, nothing else
                await self._ledger.release(ended)
        return {one.partition: one.lane.applied_to for one in leaving if one.lane}

    async def _fetch(self) -> None:
        while not self._stopping.is_set():
            hungry = [partition for partition, one in self._tenders.items() if one.hungry]
            if not hungry:
                await asyncio.sleep(self.settings.poll_ms / 1000)
                continue
            try:
                await self._fetch_for(hungry)
            except TopicAuthorizationFailedError as error:
                self._deny(str(error.args[0]))
            except OffsetOutOfRangeError as error:
                self._halt(error.args[0], "the stored offset is not in the log")
            except IllegalStateError:
                continue  # a partition was taken away between the two steps

    async def _fetch_for(self, hungry: Sequence[TopicPartition]) -> None:
        fetched = await self._kafka.getmany(
            *hungry, timeout_ms=self.settings.poll_ms, max_records=self.settings.limits.messages_max
        )
        if fetched:
            await fault_point("slice.after_fetch")
        for partition, messages in fetched.items():
            if partition in self._tenders:
                self._tenders[partition].put(messages, end=self._kafka.highwater(partition))
        for partition in (set(hungry) - fetched.keys()) & self._kafka.assignment() & self._tenders.keys():
            answered, end = self._kafka.last_poll_timestamp(partition), self._kafka.highwater(partition)
            self._tenders[partition].listen(answered, end=end)

    def _deny(self, topic: str) -> None:
        figures.DENIED.labels(self.settings.name, topic).inc()
        for partition, tender in self._tenders.items():
            if partition.topic == topic:
                tender.hold(seconds=self.settings.denied_seconds, reason="the broker denies reading this topic")

    def _halt(self, partitions: Iterable[TopicPartition], reason: str) -> None:
        for partition in partitions:
            if partition in self._tenders:
                self._tenders[partition].halt(reason)

    async def _hint(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_HINT_SECONDS)
            await self._commit({partition: one.lane.applied_to for partition, one in self._tenders.items() if one.lane})

    async def _commit(self, applied: dict[TopicPartition, int]) -> None:
        if applied:
            with suppress(KafkaError):  # only a hint
                await self._kafka.commit(applied)


def _tune_interpreter() -> None:
    """What a process that works in slices asks of the interpreter.

    A slice makes some hundred thousand objects that die together: the collector looks at them less often, and never
    again at what was there before. The loop that writes gets its turn beside a decoding thread within a millisecond,
    for it comes back from the database some twenty times in a slice.
    """
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    sys.setswitchinterval(SWITCH_SECONDS)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, consumer: SliceConsumer[Any, Any]) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        # The group waits for this; half its patience is ours.
        await self._consumer.give_up(revoked, within=self._consumer.settings.session_timeout_ms / 2000)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._consumer.take_up(assigned)
