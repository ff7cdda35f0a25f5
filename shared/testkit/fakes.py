"""Units of work without a database, for unit and component tests: what a transaction does, and nothing of how."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import Generic, Self, TypeVar

from chassis.cause import Cause
from chassis.kernel import SHANGHAI, Fact
from chassis.unit_of_work import AlreadyApplied, CauseUsedTwice

T = TypeVar("T")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


@dataclass(kw_only=True)
class Journal:
    """What committed units of work left behind; shared by all units of one fake world."""

    now: datetime = MONDAY
    facts: list[Fact] = field(default_factory=list)
    due: dict[tuple[str, str], datetime] = field(default_factory=dict)
    answers: dict[str, object] = field(default_factory=dict)
    notes: list[dict[str, object]] = field(default_factory=list)
    applied: set[str] = field(default_factory=set)


class FakeUnitOfWork:
    """Stages facts, schedules and the answer, and moves them to the journal on a clean exit.

    A service's fake subclasses it, builds in-memory repositories in `opened`, and applies them in `committed`.
    """

    def __init__(self, journal: Journal, cause: Cause) -> None:
        self.journal = journal
        self.cause = cause
        self.facts: list[Fact] = []
        self.notes: dict[str, object] = {}
        self._due: dict[tuple[str, str], datetime | None] = {}
        self._answers: list[object] = []

    @property
    def now(self) -> datetime:
        """The journal's clock."""
        return self.journal.now

    @property
    def today(self) -> date:
        """The journal's business day."""
        return self.journal.now.date()

    async def opened(self) -> None:
        """Called at begin; a subclass builds its repositories here."""

    async def committed(self) -> None:
        """Called on a clean exit; a subclass applies what its repositories staged."""

    def record(self, *facts: Fact) -> None:
        """Facts, in order."""
        self.facts.extend(facts)

    def schedule(self, *, kind: str, key: str, due_at: datetime) -> None:
        """The same kind and key replace what was scheduled before."""
        self._due[kind, key] = due_at

    def unschedule(self, *, kind: str, key: str) -> None:
        """Takes clocked work back."""
        self._due[kind, key] = None

    def answer(self, result: T) -> T:
        """Remembered under the cause's idempotency key."""
        self._answers.append(result)
        return result

    def note(self, **details: object) -> None:
        """Details for the audit row."""
        self.notes |= details

    async def scope(
        self, *, participant_id: str | None = None, firm_id: str | None = None, everything: bool = False
    ) -> None:
        """Row security is the database's; in memory every row is in sight."""

    async def __aenter__(self) -> Self:
        if self.cause.ticket.used:
            raise CauseUsedTwice(self.cause.operation)
        self.cause.ticket.used = True
        if self.cause.delivery and self.cause.delivery.event_id in self.journal.applied:
            raise AlreadyApplied(self.cause.delivery.event_id)
        await self.opened()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            return
        await self.committed()
        self.journal.facts.extend(self.facts)
        self.journal.notes.append(self.notes)
        if self.cause.delivery:
            self.journal.applied.add(self.cause.delivery.event_id)
        if self.cause.due:
            self.journal.due.pop((self.cause.due.kind, self.cause.due.key), None)
        if self.cause.idempotency and self._answers:
            self.journal.answers[self.cause.idempotency.key] = self._answers[-1]
        for place, due_at in self._due.items():
            if due_at is None:
                self.journal.due.pop(place, None)
            else:
                self.journal.due[place] = due_at
        self.cause.ticket.settled = True


W = TypeVar("W", bound=FakeUnitOfWork)


class FakeBegin(Generic[W]):
    """`Begin` for use cases: opens fake units of one journal, and keeps them for a test to look at."""

    def __init__(self, make: Callable[[Journal, Cause], W], journal: Journal | None = None) -> None:
        self.journal = journal or Journal()
        self.opened: list[W] = []
        self._make = make

    def __call__(self, cause: Cause) -> W:
        """A unit of work of this cause."""
        work = self._make(self.journal, cause)
        self.opened.append(work)
        return work
