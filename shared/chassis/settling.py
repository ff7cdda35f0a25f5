"""What becomes of one record of a domain topic: applied, a duplicate, refused, or parked with its key. Never lost.

Every way out is one transaction that moves the offset fence together with what it leaves behind.
"""

import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import parking
from chassis.admission import admit
from chassis.audit import Entry, write_entry
from chassis.cause import SYSTEM, Cause, Delivery
from chassis.database import Database
from chassis.failures import Failure, classify
from chassis.fault_points import fault_point
from chassis.fence import FenceLost, advance
from chassis.inbox import AlreadyApplied, KeyParked, OutOfSequence
from chassis.kernel import Refusal
from chassis.parking import KeyFree, Reason
from chassis.positions import Source
from chassis.record import Record
from chassis.subscriptions import Subscriptions
from chassis.telemetry import span_from

ATTEMPTS_MAX = 5
BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
OUT_OF_SEQUENCE = "out-of-sequence"

SETTLED = Counter("pledgeboard_records_settled", "Records of domain topics, by what became of them", ["consumer", "as"])
WAITS = Counter("pledgeboard_consumer_waits", "Attempts that failed because a dependency was away", ["consumer"])

Step = Callable[[Source, Record, int], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Where a record that cannot be settled now says so. `pause` ends the work when the partition is given up."""

    blocked: Callable[[str], None]
    pause: Callable[[float], Awaitable[None]]


class Settler:
    """Settles the records of one subscription. Stateless between records, so all partitions share one."""

    def __init__(self, hears: Subscriptions, database: Database) -> None:
        self.hears = hears
        self._database = database
        self._log = structlog.get_logger("chassis.consumer").bind(consumer=hears.consumer)

    async def settle(self, source: Source, record: Record, *, start: int, waiting: Waiting) -> str:
        """Settles one record, as long as it takes; says as what.

        Raises:
            FenceLost: somebody else holds the partition.
        """
        step: Step = self._attempt
        failures = 0
        while True:
            try:
                outcome = await step(source, record, start)
            except FenceLost:
                raise
            except Exception as error:  # noqa: BLE001  # judged by type, one line below
                failures += 1
                step = await self._judge(error, step, failures, waiting)
            else:
                SETTLED.labels(self.hears.consumer, outcome).inc()
                return outcome

    async def park(self, source: Source, record: Record, *, start: int, why: Reason, waiting: Waiting) -> None:
        """Parks a record without an attempt (its attempts end the process)."""
        step = partial(self._park, why=why)
        while True:
            try:
                await step(source, record, start)
            except FenceLost:
                raise
            except Exception as error:  # noqa: BLE001  # parking itself can only wait
                await self._wait(error, 1, waiting)
            else:
                return

    async def dispatch(self, record: Record, delivery: Delivery) -> None:
        """One attempt at the effects of a record, in the transaction of its handler or in one of its own.

        Raises:
            Poison: the record cannot be read.
        """
        envelope = record.envelope()
        cause = Cause(subject=SYSTEM, operation=envelope.type, delivery=delivery, trace=envelope.trace)
        found = self.hears.handlers.get(envelope.type)
        if found is not None:
            event_class, handler = found
            event = record.event(event_class)
            with span_from(envelope.trace, f"{self.hears.consumer} {envelope.type}"):
                await handler(event, cause)
        if not cause.ticket.settled:
            async with self._begin() as connection:
                await admit(connection, delivery)

    async def refuse(self, record: Record, delivery: Delivery, refusal: Refusal) -> None:
        """The business no of a handler: taken as applied, and on the record."""
        envelope = record.envelope()
        cause = Cause(subject=SYSTEM, operation=envelope.type, delivery=delivery, trace=envelope.trace)
        async with self._begin() as connection:
            await admit(connection, delivery)
            details = {"slug": refusal.slug, **refusal.details}
            await write_entry(connection, Entry(cause=cause, outcome="refused", details=details))

    def delivery(self, source: Source, record: Record, *, start: int, parked_id: int | None = None) -> Delivery:
        """The record as a cause names it.

        Raises:
            Poison: the envelope cannot be read.
        """
        envelope = record.envelope()
        return Delivery(
            consumer=source.consumer,
            topic=source.topic,
            partition=record.partition,
            offset=record.offset,
            start=start,
            end=record.end,
            key=record.key,
            event_id=envelope.id,
            sequence=envelope.sequence,
            parked_id=parked_id,
        )

    async def _judge(self, error: Exception, step: Step, failures: int, waiting: Waiting) -> Step:
        """The next step after a failed one."""
        match error:
            case AlreadyApplied():
                return self._pass_over
            case KeyParked():
                return self._park_behind
            case KeyFree():
                return self._attempt
            case Refusal() if classify(error) is Failure.REFUSAL:
                return partial(self._refuse, refusal=error)
        failure = classify(error)
        if failure is Failure.TRANSIENT:
            await self._wait(error, failures, waiting)
            return step
        if failure is Failure.UNEXPECTED and failures < ATTEMPTS_MAX:
            self._log.warning("attempt failed", attempt=failures, exc_info=error)
            await waiting.pause(_backoff(failures))
            return step
        self._log.critical("key parked", exc_info=error)
        return partial(self._park, why=reason_of(error))

    async def _wait(self, error: Exception, failures: int, waiting: Waiting) -> None:
        WAITS.labels(self.hears.consumer).inc()
        waiting.blocked(f"{type(error).__name__}: {error}")
        await waiting.pause(_backoff(failures))

    async def _attempt(self, source: Source, record: Record, start: int) -> str:
        await fault_point("consumer.before_attempt")
        await self.dispatch(record, self.delivery(source, record, start=start))
        return "applied"

    async def _pass_over(self, source: Source, record: Record, start: int) -> str:
        async with self._begin() as connection:
            await advance(
                connection,
                consumer=source.consumer,
                topic=source.topic,
                partition=source.partition,
                start=start,
                end=record.end,
            )
        return "duplicate"

    async def _refuse(self, source: Source, record: Record, start: int, *, refusal: Refusal) -> str:
        await self.refuse(record, self.delivery(source, record, start=start), refusal)
        return "refused"

    async def _park(self, source: Source, record: Record, start: int, *, why: Reason) -> str:
        async with self._begin() as connection:
            await parking.park(connection, source, record, start=start, why=why)
            await fault_point("consumer.before_park")
        return "parked"

    async def _park_behind(self, source: Source, record: Record, start: int) -> str:
        async with self._begin() as connection:
            why = await parking.park_behind(connection, source, record, start=start)
        return "parked-out-of-sequence" if why == OUT_OF_SEQUENCE else "parked-behind"

    def _begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._database.engine.begin()


def reason_of(error: BaseException) -> Reason:
    """Why a key is parked, in a word and in the error's own."""
    if isinstance(error, OutOfSequence):
        return Reason(word=OUT_OF_SEQUENCE, detail=str(error))
    word = "poison" if classify(error) is Failure.POISON else "failing"
    return Reason(word=word, detail=f"{type(error).__name__}: {error}")


def _backoff(failures: int) -> float:
    pause = BACKOFF_S[min(failures, len(BACKOFF_S)) - 1]
    return pause * random.uniform(0.5, 1.5)  # noqa: S311  # jitter, not a secret
