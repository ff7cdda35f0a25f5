"""Runs one subscription: a group member whose positions are stored beside its effects.

Kafka's own commit follows now and then and is only a hint for whoever watches the lag.
"""

import asyncio
import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import Gauge

from chassis import parking
from chassis.database import Database
from chassis.draining import Drainer
from chassis.fault_points import fault_point
from chassis.health import Condition, PartitionProgress
from chassis.housekeeping import forget_what_is_old
from chassis.kafka import make_consumer
from chassis.kafka_admin import KafkaConnection
from chassis.kernel import new_id
from chassis.partition import Doors, Partition
from chassis.positions import Positions
from chassis.settling import Settler
from chassis.slices.topics import TopicIds
from chassis.subscriptions import Subscriptions

TICK_S = 0.5
HINT_S = 5.0
DRAIN_S = 2.0
FORGET_S = 3600.0
CLOSE_S = 5.0
RESTART_S = (0.2, 0.5, 1.0, 2.0, 5.0)

PARKED_KEYS = Gauge("pledgeboard_consumer_parked_keys", "Keys that wait for a person: page", ["consumer"])


@dataclass(frozen=True, kw_only=True)
class ConsumerSettings:
    """Which broker, under which prefix of topics and groups, with how much patience for a silent member."""

    kafka: KafkaConnection
    topic_prefix: str = ""
    session_timeout_ms: int = 10_000


class DomainConsumer:
    """One subscription at work in this process. Partitions are shared out among all processes of the group.

    `suspects` is shared by all consumers of a process: records under suspicion of ending it are tried one at a time.
    """

    def __init__(
        self,
        hears: Subscriptions,
        *,
        settings: ConsumerSettings,
        database: Database,
        suspects: asyncio.Lock | None = None,
    ) -> None:
        self.hears = hears
        self._suspects = suspects or asyncio.Lock()
        self.settings = settings
        self.progress = PartitionProgress()
        self._database = database
        self._settler = Settler(hears, database)
        self._drainer = Drainer(self._settler, database)
        holder = f"{socket.gethostname()}:{os.getpid()}:{new_id().hex[-8:]}"
        self._positions = Positions(engine=database.engine, holder=holder)
        self._partitions: dict[TopicPartition, Partition] = {}
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._trouble: str | None = "starting"
        self._parked = 0
        self._log = structlog.get_logger("chassis.consumer").bind(consumer=hears.consumer)

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return self.hears.consumer

    def condition(self) -> Condition:
        """Well while every partition makes progress; parked keys are named and hold nothing else up."""
        if self._trouble is not None:
            return Condition(ok=False, detail=self._trouble)
        progress = self.progress.condition()
        if progress.ok and self._parked:
            return Condition(ok=True, detail=f"parked keys: {self._parked}")
        return progress

    async def run(self) -> None:
        """Consumes until stopped; whatever is away is waited for, with readiness saying so."""
        failures = 0
        try:
            while not self._stopping.is_set():
                try:
                    await self._member()
                    failures = 0
                except (KafkaError, OSError) as error:
                    self._trouble = f"{type(error).__name__}: {error}"
                    self._log.warning("the group member starts anew", reason=self._trouble)
                    await self._pause(RESTART_S[min(failures, len(RESTART_S) - 1)])
                    failures += 1
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Stops fetching, finishes the records in hand, says how far it came, leaves the group."""
        self._stopping.set()
        await self._ended.wait()

    async def give_up(self, partitions: Iterable[TopicPartition], *, within: float) -> dict[TopicPartition, int]:
        """These partitions are ours no longer; says how far they were applied."""
        leaving = [one for where in list(partitions) if (one := self._partitions.pop(where, None))]
        await asyncio.gather(*(one.end(within=within) for one in leaving))
        return {one.where: one.next for one in leaving if one.next is not None}

    def take_up(self, kafka: AIOKafkaConsumer, partitions: Iterable[TopicPartition], topic_ids: TopicIds) -> None:
        """These partitions are ours: each is opened by itself."""
        doors = Doors(
            kafka=kafka,
            settler=self._settler,
            drainer=self._drainer,
            positions=self._positions,
            topic_ids=topic_ids,
            progress=self.progress,
            suspects=self._suspects,
        )
        for where in partitions:
            self._partitions[where] = Partition(where, doors, topic=self.hears.topic)
            self._partitions[where].begin()

    async def _member(self) -> None:
        topic_ids = TopicIds(self.settings.kafka.client_settings())
        kafka = make_consumer(
            self.settings.kafka,
            group=self.settings.topic_prefix + self.hears.consumer,
            client_id=self.hears.consumer,
            session_timeout_ms=self.settings.session_timeout_ms,
            fetch_max_wait_ms=100,
            metadata_max_age_ms=30_000,
        )
        try:
            await kafka.start()
            listener = _Listener(self, kafka, topic_ids)
            kafka.subscribe([self.settings.topic_prefix + self.hears.topic], listener=listener)
            self._trouble = None
            await self._attend(kafka)
        finally:
            applied = await self.give_up(self._partitions, within=CLOSE_S)
            if self._stopping.is_set():
                await self._hint(kafka, applied)
            await _close(kafka)

    async def _attend(self, kafka: AIOKafkaConsumer) -> None:
        loop = asyncio.get_running_loop()
        hint_at, drain_at, forget_at = loop.time() + HINT_S, loop.time(), loop.time() + FORGET_S
        while not self._stopping.is_set():
            await self._pause(TICK_S)
            kafka._coordinator.check_errors()  # noqa: SLF001  # a dead coordinator is told to nobody who does not ask
            if loop.time() >= hint_at:
                await self._hint(kafka, {w: one.next for w, one in self._partitions.items() if one.next is not None})
                hint_at = loop.time() + HINT_S
            if loop.time() >= drain_at:
                await self._look_after_parked()
                drain_at = loop.time() + DRAIN_S
            if loop.time() >= forget_at:
                await self._forget()
                forget_at = loop.time() + FORGET_S

    async def _look_after_parked(self) -> None:
        try:
            await self._drainer.drain_released()
            async with self._database.engine.begin() as connection:
                self._parked = await parking.count(connection, consumer=self.hears.consumer)
        except Exception as error:  # noqa: BLE001  # the database is away: the partitions say so
            self._log.info("parked keys were not looked after", reason=str(error))
        PARKED_KEYS.labels(self.hears.consumer).set(self._parked)

    async def _forget(self) -> None:
        try:
            await forget_what_is_old(self._database.engine)
        except Exception as error:  # noqa: BLE001  # it is tried again in an hour
            self._log.info("nothing was forgotten", reason=str(error))

    async def _hint(self, kafka: AIOKafkaConsumer, applied: dict[TopicPartition, int]) -> None:
        await fault_point("consumer.before_hint")
        if applied:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(kafka.commit(applied), CLOSE_S)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, consumer: DomainConsumer, kafka: AIOKafkaConsumer, topic_ids: TopicIds) -> None:
        self._consumer = consumer
        self._kafka = kafka
        self._topic_ids = topic_ids

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        # The group waits for this; half its patience is ours.
        await self._consumer.give_up(revoked, within=self._consumer.settings.session_timeout_ms / 2000)
        await fault_point("consumer.after_revoke")

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._consumer.take_up(self._kafka, assigned, self._topic_ids)


async def _close(kafka: AIOKafkaConsumer) -> None:
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(kafka.stop(), CLOSE_S)
