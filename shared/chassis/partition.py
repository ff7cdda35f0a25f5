"""One assigned partition: opened at its stored offset, read in order, given up or halted."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    TopicAuthorizationFailedError,
)
from prometheus_client import Gauge

from chassis.draining import Drainer
from chassis.fault_points import fault_point
from chassis.fence import FenceLost
from chassis.health import PartitionProgress
from chassis.parking import Reason
from chassis.positions import Position, Positions, Source, TopicReplaced
from chassis.record import Record
from chassis.settling import ATTEMPTS_MAX, Settler, Waiting
from chassis.silence import SILENT_S, Voice, unheard
from chassis.slices.topics import TopicIds

REOPEN_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
BROKER_TIMEOUT_S = 5.0
DENIED_S = 5.0
FETCH_WAIT_MS = 500
RECORDS_MAX = 200

HALTED = Gauge("pledgeboard_consumer_halted", "Partitions that wait for a person: page", ["consumer", "topic"])


class LogShorter(RuntimeError):
    """The log does not reach, or no longer holds, what the stored offset asks for: records are lost."""


class GivenUp(Exception):  # an expected end
    """The partition is ours no longer."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """What all partitions of one consumer share. `suspects` is one for the whole process."""

    kafka: AIOKafkaConsumer
    settler: Settler
    drainer: Drainer
    positions: Positions
    topic_ids: TopicIds
    progress: PartitionProgress
    suspects: asyncio.Lock


class Partition:
    """One partition from assignment to revocation. Its records are settled one after the other."""

    def __init__(self, where: TopicPartition, doors: Doors, *, topic: str) -> None:
        self.where = where
        self.next: int | None = None
        self._topic = topic
        self._doors = doors
        self._name = f"{where.topic}[{where.partition}]"
        self._stopping = asyncio.Event()
        self._source: Source | None = None
        self._suspect = Position(next=0)
        self._announced = False
        self._voice = Voice()
        self._log = structlog.get_logger("chassis.consumer").bind(partition=self._name)
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Starts; opening waits for the database and the broker as long as they take."""
        self._doors.progress.assigned(self._name)
        self._task = asyncio.create_task(self._tend(), name=f"partition {self._name}")

    async def end(self, *, within: float) -> None:
        """Finishes the record in hand, within a deadline, and leaves in order; cancels what takes longer."""
        self._stopping.set()
        if self._task is None:
            return
        _, unfinished = await asyncio.wait({self._task}, timeout=within)
        for one in unfinished:
            one.cancel()
            await asyncio.wait({one})
        self._doors.progress.revoked(self._name)
        if self._source is not None and not unfinished:
            try:
                await self._doors.positions.release(self._source, announced=self._announced)
            except Exception as error:  # noqa: BLE001  # only a hint against false suspicion
                self._log.info("not released", reason=str(error))

    async def _tend(self) -> None:
        attempts = 0
        while not self._stopping.is_set():
            try:
                await self._open()
                await fault_point("consumer.after_assign")
                attempts = 0
                await self._read()
            except GivenUp:
                return
            except (TopicReplaced, LogShorter) as error:
                self._halt(str(error))
                return
            except FenceLost as error:
                self._log.warning("fence lost", reason=str(error))
            except Exception as error:  # noqa: BLE001  # whatever it is, this partition waits and opens again
                self._log.warning("partition waits", exc_info=error)
                self._doors.progress.blocked(self._name, f"{type(error).__name__}: {error}")
            try:
                await self._pause(REOPEN_S[min(attempts, len(REOPEN_S) - 1)])
            except GivenUp:
                return
            attempts += 1

    async def _open(self) -> None:
        kafka, where = self._doors.kafka, self.where
        topic_id = await self._doors.topic_ids.of(where.topic)
        source = Source(
            consumer=self._doors.settler.hears.consumer,
            topic=self._topic,
            topic_id=topic_id,
            partition=where.partition,
        )
        beginning = (await asyncio.wait_for(kafka.beginning_offsets([where]), BROKER_TIMEOUT_S))[where]
        end = (await asyncio.wait_for(kafka.end_offsets([where]), BROKER_TIMEOUT_S))[where]
        position = await self._doors.positions.open(source, beginning=beginning, end=end)
        if not beginning <= position.next <= end:
            raise LogShorter(f"stored {position.next}, the log holds {beginning} to {end}")
        self._source, self._suspect, self._announced = source, position, False
        self._advance(position.next, end)
        self._seek()

    async def _read(self) -> None:
        while not self._stopping.is_set():
            for arrived in await self._fetch():
                if self._stopping.is_set():
                    return
                await self._one(Record.of(arrived))

    async def _one(self, record: Record) -> None:
        source, start = self._standing()
        if record.offset < start:
            return  # fetched before the last seek
        interruptions, self._suspect = self._suspect.interruptions, Position(next=record.end)
        if not interruptions:
            await self._settle(record)
        elif interruptions < ATTEMPTS_MAX:
            # One suspect at a time in a process: whoever stands beside the record that ends it is not counted.
            async with self._doors.suspects:
                await self._doors.positions.announce(source)
                self._announced = True
                await self._settle(record)
                self._announced = False
        else:
            await self._park_deadly(record, interruptions)
        await fault_point("consumer.after_settle")
        self._advance(record.end, self._doors.kafka.highwater(self.where))

    async def _settle(self, record: Record) -> None:
        source, start = self._standing()
        waiting = Waiting(blocked=self._blocked, pause=self._pause)
        settled = await self._doors.settler.settle(source, record, start=start, waiting=waiting)
        if settled == "parked-out-of-sequence":
            await self._doors.drainer.drain(self._topic, record.key)

    async def _park_deadly(self, record: Record, interruptions: int) -> None:
        source, start = self._standing()
        why = Reason(word="ends-its-process", detail=f"{interruptions} attempts ended the process")
        waiting = Waiting(blocked=self._blocked, pause=self._pause)
        await self._doors.settler.park(source, record, start=start, why=why, waiting=waiting)

    def _standing(self) -> tuple[Source, int]:
        if self._source is None or self.next is None:
            raise GivenUp  # it is opened before it is read
        return self._source, self.next

    async def _fetch(self) -> Sequence[Any]:
        kafka = self._doors.kafka
        try:
            fetched = await self._unless_stopped(
                kafka.getmany(self.where, timeout_ms=FETCH_WAIT_MS, max_records=RECORDS_MAX)
            )
        except OffsetOutOfRangeError as error:
            raise LogShorter(f"the log does not hold {self.next}") from error
        except NoOffsetForPartitionError:
            self._seek()  # the client looked for a position before it was given one
            return ()
        except TopicAuthorizationFailedError:
            self._blocked("the broker denies reading this topic")
            await self._pause(DENIED_S)  # a client that is refused would ask again at once, for ever
            return ()
        except IllegalStateError as error:
            raise GivenUp from error
        except KafkaError as error:
            self._blocked(f"{type(error).__name__}: {error}")
            await self._pause(REOPEN_S[-3])
            return ()
        records: Sequence[Any] = fetched.get(self.where, ())
        if records:
            await fault_point("consumer.after_fetch")
        elif self.where in kafka.assignment():
            self._listen()
        return records

    def _listen(self) -> None:
        silent = self._voice.silence(self._doors.kafka.last_poll_timestamp(self.where))
        if silent > SILENT_S:
            self._blocked(unheard(silent))
        else:
            self._advance(self._standing()[1], self._doors.kafka.highwater(self.where))

    async def _unless_stopped(self, work: Coroutine[Any, Any, dict[TopicPartition, Any]]) -> dict[TopicPartition, Any]:
        fetching = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return fetching.result() if fetching.done() else {}
        finally:
            fetching.cancel()
            stopping.cancel()

    def _seek(self) -> None:
        try:
            self._doors.kafka.seek(self.where, self.next)
        except IllegalStateError as error:
            raise GivenUp from error

    def _advance(self, applied: int, end: int | None) -> None:
        self.next = applied
        self._doors.progress.advanced(self._name, applied=applied, end=end)

    def _blocked(self, reason: str) -> None:
        self._doors.progress.blocked(self._name, reason)

    def _halt(self, reason: str) -> None:
        HALTED.labels(self._doors.settler.hears.consumer, self._topic).inc()
        self._log.critical("partition halted", reason=reason)
        self._blocked(f"halted: {reason}")

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise GivenUp
