"""One command, one transaction. Nobody calls commit: the unit of work does, on a clean exit."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import admission, due_work, fence, idempotency
from chassis.audit import Entry, write_entry
from chassis.cause import Cause, SliceDelivery
from chassis.clock import ClockSetting, local
from chassis.database import Database
from chassis.due_work import DueTaken
from chassis.fault_points import fault_point
from chassis.fence import FenceLost
from chassis.idempotency import AlreadyDone, IdempotencyKeyReused
from chassis.inbox import AlreadyApplied, KeyParked, OutOfSequence
from chassis.kernel import Fact
from chassis.lost_race import VersionConflict
from chassis.outbox import Outbox
from chassis.scope import SET_SCOPE, scope_of
from events.base import Event

__all__ = [
    "AlreadyApplied",
    "AlreadyDone",
    "CauseUsedTwice",
    "DueTaken",
    "FenceLost",
    "IdempotencyKeyReused",
    "KeyParked",
    "OutOfSequence",
    "Translate",
    "UnitOfWork",
    "VersionConflict",
]

T = TypeVar("T")
Translate = Callable[[Fact], Iterable[Event]]


class CauseUsedTwice(RuntimeError):
    """A cause is good for one transaction; a second one would be half a command."""


class UnitOfWork:
    """The transaction of one cause: its door, its effects, its audit row and what it says stand or fall together.

    A service subclasses it and builds its repositories in `opened`, from `connection`.
    """

    now: datetime
    connection: AsyncConnection

    def __init__(
        self, database: Database, cause: Cause, *, translate: Translate, clock: ClockSetting | None = None
    ) -> None:
        self.cause = cause
        self._database = database
        self._translate = translate
        self._clock = clock or database.clock
        self._transaction: AbstractAsyncContextManager[AsyncConnection] = database.engine.begin()
        self._result: object = None
        self._details: dict[str, object] = {}
        self._due: dict[tuple[str, str], datetime | None] = {}

    @property
    def today(self) -> date:
        """The business day in Shanghai."""
        return self.now.date()

    async def opened(self) -> None:
        """Called once the door is settled; a subclass builds its repositories here."""

    def record(self, *facts: Fact) -> None:
        """Facts, in order; they are translated to events and leave with the commit."""
        for fact in facts:
            for event in self._translate(fact):
                self.outbox.say(event)

    def schedule(self, *, kind: str, key: str, due_at: datetime) -> None:
        """Clocked work; the same kind and key replace what was scheduled before."""
        self._due[kind, key] = due_at

    def unschedule(self, *, kind: str, key: str) -> None:
        """Takes clocked work back."""
        self._due[kind, key] = None

    def answer(self, result: T) -> T:
        """Remembers the command's answer beside its idempotency key, and returns it."""
        self._result = result
        return result

    def note(self, **details: object) -> None:
        """Details for the audit row; no personal data."""
        self._details |= details

    async def scope(
        self, *, participant_id: str | None = None, firm_id: str | None = None, everything: bool = False
    ) -> None:
        """Whose rows this transaction sees and writes from here on."""
        values = {
            "participant_id": participant_id or "",
            "firm_id": firm_id or "",
            "scope": "all" if everything else "",
        }
        await self.connection.execute(text(f"select {SET_SCOPE}"), values)

    async def __aenter__(self) -> Self:
        if self.cause.ticket.used:
            raise CauseUsedTwice(self.cause.operation)
        self.cause.ticket.used = True
        self.connection = await self._transaction.__aenter__()
        try:
            await self._settle_door()
            await fault_point("work.after_door")
            await self._begin()
            await self.opened()
        except BaseException as error:
            await self._transaction.__aexit__(type(error), error, error.__traceback__)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            try:
                await self._finish()
            except BaseException as failure:
                await self._transaction.__aexit__(type(failure), failure, failure.__traceback__)
                raise
        await self._transaction.__aexit__(kind, error, traceback)
        if error is None:
            self.cause.ticket.settled = True
            await fault_point("work.after_commit")

    async def _settle_door(self) -> None:
        if self.cause.idempotency:
            await idempotency.admit(self.connection, self.cause, self.cause.idempotency)
        elif self.cause.delivery:
            await admission.admit(self.connection, self.cause.delivery)
        elif self.cause.slice:
            await self._advance(self.cause.slice)
        elif self.cause.due:
            await due_work.take(self.connection, self.cause.due)

    async def _advance(self, moved: SliceDelivery) -> None:
        await fence.advance(
            self.connection,
            consumer=moved.consumer,
            topic=moved.topic,
            partition=moved.partition,
            start=moved.start,
            end=moved.end,
        )

    async def _begin(self) -> None:
        # Read after the door: a wait there must not make the command's time stale.
        query = text(f"select clock_timestamp(), {self._clock.expression}, {SET_SCOPE}")
        row = (await self.connection.execute(query, scope_of(self.cause.subject))).one()
        self.said_at: datetime = local(row[0])
        self.now = local(row[1])
        self.outbox = Outbox(self.connection, source=f"/{self._database.settings.schema}")

    async def _finish(self) -> None:
        for (kind, key), due_at in self._due.items():
            if due_at is None:
                await due_work.remove(self.connection, kind=kind, key=key)
            else:
                await due_work.put(self.connection, kind=kind, key=key, due_at=due_at)
        await fault_point("work.before_outbox")
        event_ids = await self.outbox.flush(at=self.said_at, trace=self.cause.trace)
        entry = Entry(cause=self.cause, outcome="done", details=self._details, event_ids=event_ids)
        await write_entry(self.connection, entry)
        if self.cause.idempotency:
            await idempotency.remember(self.connection, self.cause, self.cause.idempotency, self._result)
        await fault_point("work.before_commit")
