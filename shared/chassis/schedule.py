"""Clocked work: what runs when its time has come by the clock port, once, whoever was stopped meanwhile."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog
from prometheus_client import Counter

from chassis import due_work
from chassis.audit import Entry, write_entry
from chassis.cause import SYSTEM, Cause, Due
from chassis.database import Database
from chassis.due_work import DueTaken
from chassis.failures import Failure, classify
from chassis.fault_points import fault_point
from chassis.health import Condition
from chassis.kernel import Refusal
from chassis.telemetry import span_from

POLL_S = 0.5
ATTEMPTS_MAX = 5
BACKOFF_S = (0.2, 1.0, 5.0, 30.0)

RUN = Counter("pledgeboard_due_work", "Clocked work by what became of it; parked ones page", ["kind", "as"])

RunDue = Callable[[Due, Cause], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One kind of clocked work and its handler, which opens exactly one unit of work with the cause it is given."""

    kind: str
    run: RunDue


class Scheduler:
    """Runs the clocked work of a service. Of several processes each takes what no other has."""

    def __init__(self, service: str, schedules: Sequence[Schedule], database: Database) -> None:
        self._service = service
        self._handlers = {one.kind: one.run for one in schedules}
        self._database = database
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._state = Condition(ok=False, detail="starting")
        self._waits = 0
        self._log = structlog.get_logger("chassis.schedule").bind(service=service)

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return f"{self._service}.schedule"

    def condition(self) -> Condition:
        """Well while the queue can be looked at."""
        return self._state

    async def run(self) -> None:
        """Works until stopped; a database that is away is waited for."""
        try:
            while not self._stopping.is_set():
                if not await self.run_next():
                    await self._pause(POLL_S)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finishes what is in hand; returns when that is done."""
        self._stopping.set()
        await self._ended.wait()

    async def run_next(self) -> bool:
        """Runs the next row that is due; says whether there was one."""
        try:
            async with self._database.engine.begin() as connection:
                claimed = await due_work.claim(connection, kinds=list(self._handlers), clock=self._database.clock)
            self._state = Condition(ok=True)
            if claimed is None:
                return False
            await fault_point("schedule.after_claim")
            RUN.labels(claimed[0].kind, await self._settle(*claimed)).inc()
        except Exception as error:  # noqa: BLE001  # the database is away: the claim runs out by itself
            await self._wait(error)
        return True

    async def _settle(self, due: Due, attempts: int) -> str:
        cause = Cause(subject=SYSTEM, operation=due.kind, due=due)
        if attempts > ATTEMPTS_MAX:
            return await self._park(due, "its attempts ended the process")
        try:
            with span_from({}, f"due {due.kind}", "internal"):
                await self._handlers[due.kind](due, cause)
            if not cause.ticket.settled:
                await self._done(due)
        except DueTaken:
            return "taken"
        except Refusal as refusal:
            if classify(refusal) is not Failure.REFUSAL:
                return await self._judge(due, attempts, refusal)
            await self._done(due, refusal=refusal, cause=cause)
            return "refused"
        except Exception as error:  # noqa: BLE001  # judged by type
            return await self._judge(due, attempts, error)
        self._waits = 0
        return "done"

    async def _done(self, due: Due, *, refusal: Refusal | None = None, cause: Cause | None = None) -> None:
        async with self._database.engine.begin() as connection:
            await due_work.take(connection, due)
            if refusal is not None and cause is not None:
                details = {"slug": refusal.slug, **refusal.details}
                await write_entry(connection, Entry(cause=cause, outcome="refused", details=details))

    async def _judge(self, due: Due, attempts: int, error: Exception) -> str:
        if classify(error) is Failure.TRANSIENT:
            await self._postpone(due, 1, forgiven=True)
            await self._wait(error)
            return "waits"
        self._log.warning("clocked work failed", kind=due.kind, key=due.key, attempt=attempts, exc_info=error)
        if attempts >= ATTEMPTS_MAX:
            return await self._park(due, f"{type(error).__name__}: {error}")
        await self._postpone(due, attempts, forgiven=False)
        return "failed"

    async def _park(self, due: Due, reason: str) -> str:
        async with self._database.engine.begin() as connection:
            await due_work.park(connection, due, reason=reason)
        self._log.critical("clocked work parked", kind=due.kind, key=due.key, reason=reason)
        return "parked"

    async def _postpone(self, due: Due, attempts: int, *, forgiven: bool) -> None:
        async with self._database.engine.begin() as connection:
            seconds = BACKOFF_S[min(attempts, len(BACKOFF_S)) - 1]
            await due_work.postpone(connection, due, seconds=seconds, forgiven=forgiven)

    async def _wait(self, error: Exception) -> None:
        self._state = Condition(ok=False, detail=f"{type(error).__name__}: {error}")
        self._log.warning("clocked work waits", reason=self._state.detail)
        pause = BACKOFF_S[min(self._waits, 2)]
        self._waits += 1
        await self._pause(pause * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, not a secret

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
