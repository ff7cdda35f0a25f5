"""Applying one slice, whatever it takes: patience, halving, and the search for the record that does not fit."""

import asyncio
import random
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, NoReturn

import structlog

from chassis.fault_points import fault_point
from chassis.slices import figures
from chassis.slices.handler import Begin, D, SliceHandler, W
from chassis.slices.slice import Place, Refused, Slice
from chassis.slices.tracing import slice_span
from chassis.slices.turns import Turns
from chassis.slices.verdict import Verdict, reason_of, verdict

ATTEMPTS_MAX = 5
BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

_log = structlog.get_logger("chassis.slices")


class PartitionHalted(RuntimeError):
    """Nothing more is applied from this partition until a person has looked."""


class _Rehearsed(Exception):
    """Not an error: raised inside a unit of work or a savepoint so that nothing of it is kept."""


def _undo() -> NoReturn:
    raise _Rehearsed


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Where a partition says how it fares, so that readiness can tell."""

    blocked: Callable[[str], None]
    advanced: Callable[[int], None]


class Applier(Generic[W, D]):
    """Decodes and applies the slices of one consumer. Stateless between slices, so all partitions share one."""

    def __init__(
        self,
        *,
        begin: Begin[W],
        handler: SliceHandler[W, D],
        threads: Executor,
        writers: asyncio.Semaphore,
        turns: Turns | None = None,
    ) -> None:
        self._begin = begin
        self._handler = handler
        self.turns = turns or Turns()
        self._threads = threads
        self._writers = writers

    async def decode(self, slice_: Slice) -> D:
        """Decodes in a thread, so that other partitions go on meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._handler.decode, slice_)

    async def settle(self, slice_: Slice, decoded: D | Exception, waiting: Waiting) -> None:
        """Applies the slice exactly once, in as many transactions as its data demands.

        Raises:
            FenceLost: somebody else holds the partition.
            PartitionHalted: an error of unknown kind came back five times.
        """
        attempts = 0
        while True:
            try:
                await self._write(slice_, await self.decode(slice_) if isinstance(decoded, Exception) else decoded)
            except Exception as error:
                judged = verdict(error)
                if judged is Verdict.FENCE:
                    raise
                if judged is Verdict.CONTENT:
                    await self._divide(slice_, error, waiting)
                    return
                attempts += 1
                await self._pause(slice_, error, judged, attempts, waiting)
            else:
                return

    async def attempt(self, slice_: Slice) -> D | Exception:
        """Decodes, and keeps an error for `settle` to judge, where it can be waited out or halved."""
        try:
            return await self.decode(slice_)
        except Exception as error:  # noqa: BLE001  # judged in settle
            return error

    async def rehearse(self, slice_: Slice) -> None:
        """Does all that applying the slice does, and keeps nothing of it. Data errors are left to `settle`."""
        try:
            async with self._begin(slice_.cause) as work:
                await self._handler.write(work, slice_, await self.decode(slice_))
                _undo()
        except _Rehearsed:
            return
        except Exception as error:
            if verdict(error) is not Verdict.CONTENT:
                raise

    def lines(self, slice_: Slice) -> int:
        """How many records the slice's single message holds."""
        return self._handler.lines(slice_.messages[0])

    async def _write(self, slice_: Slice, decoded: D) -> None:
        async with self._writers:
            await fault_point("slice.before_transaction")
            # The span is open while the outbox is written: frames carry it on.
            with slice_span(slice_):
                async with self._begin(slice_.cause) as work:
                    await self._handler.write(work, slice_, decoded)
                    await fault_point("slice.before_commit")
            await fault_point("slice.after_commit")
        figures.applied(slice_)
        try:
            await self._handler.applied(slice_, decoded)
        except Exception:  # noqa: BLE001  # nothing to undo, nothing to try again
            # The slice is committed: whatever follows from it starts from the state, at the latest at the next start.
            _log.exception("after a slice", topic=slice_.source.topic, start=slice_.start)

    async def _divide(self, slice_: Slice, error: Exception, waiting: Waiting) -> None:
        if len(slice_.messages) > 1:
            figures.HALVED.labels(slice_.source.consumer).inc()
            for half in slice_.halves():
                await self.settle(half, await self.attempt(half), waiting)
            return
        offset = slice_.messages[0].offset
        if Place(offset, None) in slice_.refused:
            raise PartitionHalted(f"offset {offset} cannot even be refused: {reason_of(error)}") from error
        culprits = await self._culprits(slice_, error)
        _log.error(
            "records refused", topic=slice_.source.topic, offset=offset, count=len(culprits), reason=reason_of(error)
        )
        figures.REFUSED.labels(slice_.source.consumer, "data").inc(len(culprits))
        without = slice_.without(culprits)
        await self.settle(without, await self.attempt(without), waiting)

    async def _culprits(self, slice_: Slice, error: Exception) -> dict[Place, Refused]:
        offset = slice_.messages[0].offset
        left = [line for line in range(self.lines(slice_)) if Place(offset, line) not in slice_.refused]
        found = await _Search(self, self._begin, self._handler, slice_).among(left) if len(left) > 1 else {}
        return found or {Place(offset, None): Refused(kind="data", reason=reason_of(error))}

    async def _pause(self, slice_: Slice, error: Exception, judged: Verdict, attempts: int, waiting: Waiting) -> None:
        if judged is Verdict.UNKNOWN and attempts >= ATTEMPTS_MAX:
            raise PartitionHalted(reason_of(error)) from error
        seconds = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
        _log.warning(
            "slice waits", topic=slice_.source.topic, start=slice_.start, seconds=seconds, reason=reason_of(error)
        )
        waiting.blocked(reason_of(error))
        await asyncio.sleep(seconds * random.uniform(0.5, 1.0))  # noqa: S311  # jitter


class _Search(Generic[W, D]):
    """Finds the lines of one message that the store refuses, in one transaction that is never committed.

    Each trial adds a range to what is known to fit and is undone by its savepoint; so a line is found also where it
    only conflicts with another one of the same message.
    """

    def __init__(self, applier: Applier[W, D], begin: Begin[W], handler: SliceHandler[W, D], slice_: Slice) -> None:
        self._applier = applier
        self._begin = begin
        self._handler = handler
        self._slice = slice_
        self._fits: list[int] = []
        self._found: dict[Place, Refused] = {}
        self._lines = applier.lines(slice_)

    async def among(self, lines: Sequence[int]) -> dict[Place, Refused]:
        with suppress(_Rehearsed):
            async with self._begin(self._slice.cause) as work:
                await self._narrow(work, list(lines))
                _undo()
        return self._found

    async def _narrow(self, work: W, lines: list[int]) -> None:
        error = await self._trial(work, [*self._fits, *lines])
        if error is None:
            self._fits += lines
        elif len(lines) == 1:
            place = Place(self._slice.messages[0].offset, lines[0])
            self._found[place] = Refused(kind="data", reason=reason_of(error))
        else:
            middle = len(lines) // 2
            await self._narrow(work, lines[:middle])
            await self._narrow(work, lines[middle:])

    async def _trial(self, work: W, lines: Sequence[int]) -> Exception | None:
        slice_ = only(self._slice, lines, of=self._lines)
        try:
            decoded = await self._applier.decode(slice_)
            async with work.connection.begin_nested():
                await self._handler.write(work, slice_, decoded)
                _undo()
        except _Rehearsed:
            return None
        except Exception as error:
            if verdict(error) is not Verdict.CONTENT:
                raise
            return error


def only(slice_: Slice, lines: Sequence[int], *, of: int) -> Slice:
    """The slice of one message with none but these of its lines."""
    kept = set(lines)
    offset = slice_.messages[0].offset
    taken_out = Refused(kind="data", reason="not in this trial")
    return replace(
        slice_,
        refused={
            **{Place(offset, line): taken_out for line in range(of) if line not in kept},
            **slice_.refused,
        },
    )
