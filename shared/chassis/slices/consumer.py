"""Reads raw topics in slices: fetch, decode in threads, write; each stage bounded, each partition by itself.

The broker's record objects go through untouched. Where a partition goes on is what the database says; the offset
committed to Kafka is a hint for whoever watches the lag. Topics that match and appear later are read without a
restart. No partition waits for another one: each has its lane, and a lane that is full, waiting or halted is merely
not fetched.
"""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, OffsetOutOfRangeError, TopicAuthorizationFailedError

from chassis.health import Condition, PartitionProgress
from chassis.slices import figures
from chassis.slices.apply import Applier
from chassis.slices.handler import Begin, D, SliceHandler, W
from chassis.slices.lane import SliceLimits
from chassis.slices.ledger import Ledger
from chassis.slices.tending import Doors, Tender, TendingSettings
from chassis.slices.topics import TopicIds, TopicPattern

_log = structlog.get_logger("chassis.slices")

# The fetch loop never stops calling, so this bound only has to be longer than the longest wait for a dependency.
MAX_POLL_INTERVAL_MS = 24 * 3600 * 1000
COMMIT_HINT_SECONDS = 5.0
FETCH_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class SliceSettings:
    """What one slice consumer is told. `kafka` are the client's connection settings (broker, principal, TLS)."""

    name: str
    topics: TopicPattern
    kafka: dict[str, Any]
    session_timeout_ms: int = 10_000
    discovery_ms: int = 5_000
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
    """One consumer of raw topics. `run` returns after `stop`; everything between is its own affair."""

    def __init__(
        self,
        settings: SliceSettings,
        *,
        begin: Begin[W],
        handler: SliceHandler[W, D],
        ledger: Ledger,
        topic_ids: TopicIds,
    ) -> None:
        self.settings = settings
        self.progress = PartitionProgress()
        self._threads = ThreadPoolExecutor(settings.decoders, thread_name_prefix=settings.name)
        self._ledger = ledger
        self._topic_ids = topic_ids
        self._begin = begin
        self._handler = handler
        self._tenders: dict[TopicPartition, Tender[W, D]] = {}
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._kafka: AIOKafkaConsumer

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return self.settings.name

    def condition(self) -> Condition:
        """Whether every partition makes progress."""
        return self.progress.condition()

    async def run(self) -> None:
        """Reads until stopped; then finishes what is being written, tells Kafka, and leaves the group."""
        self._ended.clear()
        try:
            await self._run()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Asks `run` to end in order, and returns when it has."""
        self._stopping.set()
        await self._ended.wait()

    async def _run(self) -> None:
        self._kafka = _client(self.settings)
        self._applier = Applier(
            begin=self._begin,
            handler=self._handler,
            threads=self._threads,
            writers=asyncio.Semaphore(self.settings.writers),
        )
        await self._kafka.start()
        self._kafka.subscribe(pattern=self.settings.topics.expression, listener=_Listener(self))
        hints = asyncio.create_task(self._hint())
        try:
            await self._fetch()
        finally:
            hints.cancel()
            await self._commit(await self.give_up(self._tenders, within=self.settings.drain_seconds))
            await self._kafka.stop()
            self._threads.shutdown(wait=False)

    def take_up(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions are ours: each is opened by itself, however long that takes."""
        doors = Doors(
            kafka=self._kafka,
            ledger=self._ledger,
            topic_ids=self._topic_ids,
            applier=self._applier,
            progress=self.progress,
        )
        told = TendingSettings(name=self.settings.name, prefix=self.settings.topics.prefix, limits=self.settings.limits)
        for partition in partitions:
            tender = Tender(partition, doors, told)
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
            except KafkaError as error:
                _log.warning("fetch failed", consumer=self.settings.name, reason=str(error))
                await asyncio.sleep(FETCH_PAUSE_SECONDS)

    async def _fetch_for(self, hungry: Sequence[TopicPartition]) -> None:
        fetched = await self._kafka.getmany(
            *hungry, timeout_ms=self.settings.poll_ms, max_records=self.settings.limits.messages_max
        )
        for partition, messages in fetched.items():
            if partition in self._tenders:
                self._tenders[partition].put(messages, end=self._kafka.highwater(partition))

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


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, consumer: SliceConsumer[Any, Any]) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        # The group waits for this; half its patience is ours.
        await self._consumer.give_up(revoked, within=self._consumer.settings.session_timeout_ms / 2000)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._consumer.take_up(assigned)


def _client(settings: SliceSettings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **settings.kafka,
        group_id=settings.group,
        client_id=settings.name,
        # The stored offset decides; nothing is ever skipped or read again because Kafka lacks one.
        auto_offset_reset="none",
        enable_auto_commit=False,
        isolation_level="read_committed",
        session_timeout_ms=settings.session_timeout_ms,
        heartbeat_interval_ms=max(100, settings.session_timeout_ms // 5),
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        metadata_max_age_ms=settings.discovery_ms,
        fetch_max_wait_ms=settings.fetch_wait_ms,
        max_partition_fetch_bytes=settings.partition_fetch_bytes,
        # A broker that is away is waited for with this deadline per request; the loop tries again.
        request_timeout_ms=5_000,
    )
