"""Keeps one assigned partition going: opens it, runs its lane, opens it again, or halts it and says so."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.fault_points import fault_point
from chassis.fence import FenceLost
from chassis.health import PartitionProgress
from chassis.silence import SILENT_S, Voice, unheard
from chassis.slices import figures
from chassis.slices.apply import Applier, PartitionHalted, Waiting
from chassis.slices.handler import D, W
from chassis.slices.lane import Lane, SliceLimits
from chassis.slices.ledger import Ledger, TopicReplaced
from chassis.slices.slice import Message, Source
from chassis.slices.topics import TopicIds
from chassis.slices.verdict import reason_of

REOPEN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

_log = structlog.get_logger("chassis.slices")


class LogShorter(RuntimeError):
    """The log does not reach, or no longer holds, what the stored offset asks for: records are lost."""


@dataclass(frozen=True, kw_only=True)
class Doors(Generic[W, D]):
    """What all partitions of a consumer share."""

    kafka: AIOKafkaConsumer
    ledger: Ledger
    topic_ids: TopicIds
    applier: Applier[W, D]
    progress: PartitionProgress


@dataclass(frozen=True, kw_only=True)
class TendingSettings:
    """What a tender is told about its consumer."""

    name: str
    prefix: str
    limits: SliceLimits


class Tender(Generic[W, D]):
    """One partition from assignment to revocation."""

    def __init__(self, partition: TopicPartition, doors: Doors[W, D], settings: TendingSettings) -> None:
        self.partition = partition
        self.lane: Lane[W, D] | None = None
        self.ended_in_order = False
        self._doors = doors
        self._settings = settings
        self._held_until = 0.0
        self._voice = Voice()
        self._unheard = False
        self._name = f"{partition.topic}[{partition.partition}]"
        self._task: asyncio.Task[None] | None = None

    @property
    def hungry(self) -> bool:
        """Whether records may be fetched for it now."""
        is_held = self._held_until > asyncio.get_running_loop().time()
        return self.lane is not None and self.lane.hungry and not is_held

    def begin(self) -> None:
        """Starts; opening waits for the database and the broker as long as they take."""
        self._doors.progress.assigned(self._name)
        self._task = asyncio.create_task(self._tend(), name=f"tend {self._name}")

    def put(self, messages: Sequence[Message], *, end: int | None) -> None:
        """Hands over what was fetched."""
        if self.lane is not None:
            self._doors.progress.advanced(self._name, applied=self.lane.applied_to, end=end)
            self.lane.put(messages)

    def listen(self, answered: int | None, *, end: int | None) -> None:
        """Nothing was fetched: says so where the broker has not even answered. `answered` as `Voice.silence` has it."""
        silent = self._voice.silence(answered)
        if silent > SILENT_S:
            self._unheard = True
            self._doors.progress.blocked(self._name, unheard(silent))
        elif self._unheard and self.lane is not None:
            self._unheard = False
            self._doors.progress.advanced(self._name, applied=self.lane.applied_to, end=end)

    def hold(self, *, seconds: float, reason: str) -> None:
        """Nothing is fetched for a while: a client that is refused asks again at once, for ever."""
        self._held_until = asyncio.get_running_loop().time() + seconds
        self._doors.progress.blocked(self._name, reason)

    def halt(self, reason: str) -> None:
        """Nothing more is read until a person has looked."""
        figures.HALTED.labels(self._settings.name, self.partition.topic).set(1)
        _log.critical("partition halted", partition=self._name, reason=reason)
        self._doors.progress.blocked(self._name, f"halted: {reason}")
        if self.lane is not None:
            self.lane.stop()
            self.lane = None

    async def end(self, *, within: float) -> None:
        """Finishes what is being written, within a deadline; cancels what takes longer."""
        task = self._task
        if task is None:
            return
        if self.lane is None:
            task.cancel()
        else:
            self.lane.stop()
        _, unfinished = await asyncio.wait({task}, timeout=within)
        for one in unfinished:
            one.cancel()
            await asyncio.wait({one})
        self.ended_in_order = not unfinished
        self._doors.progress.revoked(self._name)

    async def _tend(self) -> None:
        attempts = 0
        while True:
            try:
                self.lane = await self._open()
                attempts = 0
                await self.lane.run()
            except (PartitionHalted, TopicReplaced, LogShorter) as error:
                self.halt(reason_of(error))
                return
            except FenceLost as error:
                _log.warning("fence lost", partition=self._name, reason=reason_of(error))
            except Exception as error:  # noqa: BLE001  # whatever it is, this partition waits and tries again
                _log.warning("partition waits", partition=self._name, reason=reason_of(error))
                self._doors.progress.blocked(self._name, reason_of(error))
            else:
                return
            self.lane = None
            await asyncio.sleep(REOPEN_SECONDS[min(attempts, len(REOPEN_SECONDS) - 1)])
            attempts += 1

    async def _open(self) -> Lane[W, D]:
        topic, number = self.partition.topic, self.partition.partition
        source = Source(
            consumer=self._settings.name,
            topic=topic.removeprefix(self._settings.prefix),
            topic_id=await self._doors.topic_ids.of(topic),
            partition=number,
        )
        beginning = (await self._doors.kafka.beginning_offsets([self.partition]))[self.partition]
        end = (await self._doors.kafka.end_offsets([self.partition]))[self.partition]
        suspicion = await self._doors.ledger.open(
            source, beginning=beginning, messages_max=self._settings.limits.messages_max
        )
        await fault_point("slice.after_open")
        if not beginning <= suspicion.start <= end:
            raise LogShorter(f"stored {suspicion.start}, the log holds {beginning} to {end}")
        self._doors.kafka.seek(self.partition, suspicion.start)
        self._doors.progress.advanced(self._name, applied=suspicion.start, end=end)
        return Lane(
            source=source,
            suspicion=suspicion,
            applier=self._doors.applier,
            ledger=self._doors.ledger,
            limits=self._settings.limits,
            waiting=Waiting(
                blocked=lambda reason: self._doors.progress.blocked(self._name, reason),
                advanced=lambda applied: self._doors.progress.advanced(self._name, applied=applied),
            ),
        )
