"""One partition's way through the consumer: a bounded buffer, decoding one slice ahead, writing in order."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Generic

from chassis.fault_points import fault_point
from chassis.slices import figures
from chassis.slices.apply import Applier, Waiting, only
from chassis.slices.handler import D, W
from chassis.slices.inflation import opened
from chassis.slices.ledger import Ledger
from chassis.slices.slice import Message, Place, Refused, Slice, Source, end_of, size_of
from chassis.slices.suspicion import Suspicion, cuts

KILLED: Final = Refused(kind="killed", reason="the process ended each time it handled this record")


@dataclass(frozen=True, kw_only=True)
class SliceLimits:
    """The size of a slice, and how much one partition may hold in memory."""

    messages_max: int = 5_000
    bytes_max: int = 4 * 1024 * 1024
    linger_seconds: float = 0.005
    buffered_messages_max: int = 10_000
    buffered_bytes_max: int = 16 * 1024 * 1024


class Lane(Generic[W, D]):
    """The slices of one partition, in order, from `start` on.

    Decoding runs one slice ahead of writing. While the buffer is full, `hungry` is false and nothing more of this
    partition is fetched; other partitions do not notice.
    """

    def __init__(
        self,
        *,
        source: Source,
        suspicion: Suspicion,
        applier: Applier[W, D],
        ledger: Ledger,
        limits: SliceLimits,
        waiting: Waiting,
    ) -> None:
        self.source = source
        self.suspicion = suspicion
        self.applied_to = suspicion.start
        self._formed_to = suspicion.start
        self._applier = applier
        self._ledger = ledger
        self._limits = limits
        self._waiting = waiting
        self._buffer: deque[tuple[Message, int]] = deque()  # with what each weighs
        self._buffered_bytes = 0
        self._arrived = asyncio.Event()
        self._stopping = False

    @property
    def hungry(self) -> bool:
        """Whether more of this partition may be fetched."""
        return (
            not self._stopping
            and len(self._buffer) < self._limits.buffered_messages_max
            and self._buffered_bytes < self._limits.buffered_bytes_max
        )

    def put(self, messages: Iterable[Message]) -> None:
        """Takes what was fetched, in order."""
        weighed = [(message, size_of(message)) for message in map(opened, messages)]
        self._buffer.extend(weighed)
        self._buffered_bytes += sum(weight for _, weight in weighed)
        self._arrived.set()

    def stop(self) -> None:
        """Takes nothing new; the slice that is being written is finished, and `run` returns."""
        self._stopping = True
        self._arrived.set()

    async def run(self) -> None:
        """Decodes and writes until stopped.

        Raises:
            FenceLost: somebody else holds the partition.
            PartitionHalted: a person is needed.
        """
        while self._suspects() and await self._try_alone():
            pass
        ahead = asyncio.create_task(self._next())
        try:
            while (following := await ahead) is not None:
                slice_, decoded = following
                ahead = asyncio.create_task(self._next())
                async with self._applier.turns.shared():
                    await self._settle(slice_, decoded)
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _next(self) -> tuple[Slice, D | Exception] | None:
        slice_ = await self._form(self._limits.messages_max)
        if slice_ is None:
            return None
        async with self._applier.turns.shared():
            decoded = await self._applier.attempt(slice_)
        await fault_point("slice.after_decode")
        return slice_, decoded

    async def _settle(self, slice_: Slice, decoded: D | Exception) -> None:
        await self._applier.settle(slice_, decoded, self._waiting)
        self.applied_to = slice_.end
        self._waiting.advanced(slice_.end)

    async def _form(self, messages_max: int) -> Slice | None:
        """The next slice; None once stopped."""
        while not self._buffer and not self._stopping:
            self._arrived.clear()
            await self._arrived.wait()
        if len(self._buffer) < messages_max and not self._stopping:
            await asyncio.sleep(self._limits.linger_seconds)
        if self._stopping:
            return None
        messages: list[Message] = []
        weight = 0
        while self._buffer and len(messages) < messages_max and weight < self._limits.bytes_max:
            message, own = self._buffer.popleft()
            messages.append(message)
            weight += own
        self._buffered_bytes -= weight
        start, self._formed_to = self._formed_to, end_of(messages[-1])
        return Slice(source=self.source, start=start, end=self._formed_to, messages=messages)

    def _suspects(self) -> bool:
        return self.suspicion.narrows and self.suspicion.covers(self.applied_to)

    async def _try_alone(self) -> bool:
        """Handles what may be deadly: announced first, a piece at a time, with nothing beside it in the process."""
        slice_ = await self._form(self.suspicion.step)
        if slice_ is None:
            return False
        async with self._applier.turns.alone():
            if self.suspicion.found and slice_.start == self.suspicion.start:
                await self._corner(slice_)
            else:
                await self._announce(slice_)
                await self._settle(slice_, await self._applier.attempt(slice_))
        return True

    async def _corner(self, slice_: Slice) -> None:
        """The message that ended the process, if there is one, is this one: which of its lines is it?"""
        offset, lines = slice_.messages[0].offset, self._applier.lines(slice_)
        known, suspects = self.suspicion.lines is not None, self.suspicion.lines or (0, lines)
        self.suspicion = replace(self.suspicion, until=slice_.end)
        if lines <= 1 or suspects[0] == suspects[1]:
            slice_ = slice_.without({Place(offset, None): KILLED})
        elif known and suspects[1] - suspects[0] == 1:
            await self._announce(slice_, lines=(suspects[0], suspects[0]))
            slice_ = slice_.without({Place(offset, suspects[0]): KILLED})
        else:
            for first, last in cuts(*suspects):
                await self._announce(slice_, lines=(first, last))
                await self._applier.rehearse(only(slice_, range(first, last), of=lines))
            await self._announce(slice_, lines=(0, 0))
        figures.REFUSED.labels(self.source.consumer, "killed").inc(len(slice_.refused))
        await self._settle(slice_, await self._applier.attempt(slice_))

    async def _announce(self, slice_: Slice, lines: tuple[int, int] | None = None) -> None:
        self.suspicion = self.suspicion.announce(offset=slice_.start, lines=lines)
        await self._ledger.remember(self.source, self.suspicion)
