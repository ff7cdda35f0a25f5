"""What intake needs of the outside: firms under their lock, the book of each firm, and where outcomes are kept."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from chassis.cause import Cause
from chassis.kernel import Fact
from finance.calendar import TradingCalendar
from monitoring.application.link_ports import Links
from monitoring.application.record_ports import TypedStates
from monitoring.application.usual_slice import UsualRecords, UsualSlice
from monitoring.domain.accepted_state import BookChanges, KeyParts, KeyRow, Terms
from monitoring.domain.firm import Firm, FirmCounters
from monitoring.domain.typed_state import TypedState
from submissions.book import Book, Key
from submissions.outcome import Received

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class HeldBook:
    """What is held of a firm for the records of one slice: for the rules (`book`), and for the states that follow.

    `typed` has the states of all types but contracts and collateral lines.
    """

    book: Book
    states: Mapping[str, Mapping[KeyParts, KeyRow]]
    terms: Mapping[str, Terms]
    typed: Mapping[Key, TypedState] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class KnownReferences:
    """The platform's lookups as of now. None: nothing of the kind was ever loaded."""

    calendar: TradingCalendar | None
    securities: frozenset[tuple[str, str]] | None


@dataclass(frozen=True, kw_only=True)
class ReceiptFrame:
    """One frame as it is said: its parts in order."""

    firm_id: str
    sequence: int
    kind: str
    parts: Sequence[bytes]


@dataclass(frozen=True, kw_only=True)
class JudgedSlice:
    """Everything a slice writes beside its frame. `usual` are its records that go as columns, `received` the others."""

    firm_id: str
    start: int
    end: int
    received: Sequence[Received]
    changes: BookChanges
    frame_sequence: int
    merkle_root: bytes
    recorded_at: datetime
    usual: UsualSlice | None = None


@dataclass(frozen=True, kw_only=True)
class Released:
    """Records that waited for reference data and have their outcome now."""

    firm_id: str
    received: Sequence[Received]
    changes: BookChanges
    frame_sequence: int
    recorded_at: datetime


class Firms(Protocol):
    """Firms on board."""

    async def lock(self, firm_id: str) -> FirmCounters:
        """The firm's row, held until the transaction ends: whoever writes a firm's state comes through here.

        Raises:
            FirmNotFound: no such firm is on board.
        """

    async def save(self, counters: FirmCounters) -> None:
        """Keeps the counters."""

    async def add(self, firm: Firm) -> None:
        """Takes a firm on board.

        Raises:
            FirmExists: its id is taken.
        """

    async def get(self, firm_id: str) -> Firm:
        """A firm.

        Raises:
            FirmNotFound: no such firm is on board.
        """

    async def activate(self, firm_id: str) -> None:
        """A firm that was being taken on board may submit from now on."""

    async def with_pending(self) -> list[str]:
        """Firms of which records wait for reference data."""


class FirmBooks(Protocol):
    """What is held of a firm's keys and sequences."""

    async def held(self, counters: FirmCounters, received: Sequence[Received]) -> HeldBook:
        """What the rules need to know for these records."""

    async def keep_gaps(self, firm_id: str, book: Book, *, at: datetime) -> None:
        """Keeps the open gaps of every stream in the book."""

    async def waiting(self, firm_id: str, *, most: int) -> list[Received]:
        """Records that wait for reference data, in order of arrival."""

    async def totals(self, firm_id: str, streams: Sequence[tuple[str, date]]) -> dict[tuple[str, date], list[int]]:
        """Count, amounts and quantities received, for streams and business dates."""


class Submissions(Protocol):
    """Records with their outcomes, and the state of the book."""

    async def keep(self, judged: JudgedSlice) -> None:
        """Writes a slice: records, states, totals, changes for valuation."""

    async def keep_released(self, released: Released) -> None:
        """Writes the outcomes of records that waited, and the states that follow."""


class Receipts(Protocol):
    """Frames on their way to the firm."""

    async def say(self, frame: ReceiptFrame, *, at: datetime) -> None:
        """Keeps a frame's bytes, and says it with the commit."""


class ReferenceLookups(Protocol):
    """Reference data as projected."""

    async def known(self) -> KnownReferences:
        """Calendar and security master as of the newest complete snapshots."""


class IntakeWork(Protocol):
    """One transaction that writes one firm's state."""

    firms: Firms
    books: FirmBooks
    submissions: Submissions
    usual: UsualRecords
    receipts: Receipts
    lookups: ReferenceLookups
    types: TypedStates
    links: Links

    @property
    def now(self) -> datetime:
        """The moment the transaction began."""

    @property
    def said_at(self) -> datetime:
        """The same by the real clock: what receipts bear."""

    async def scope(
        self, *, participant_id: str | None = None, firm_id: str | None = None, everything: bool = False
    ) -> None:
        """Whose rows this transaction sees and writes."""

    def record(self, *facts: Fact) -> None:
        """Facts to be said with the commit."""

    def schedule(self, *, kind: str, key: str, due_at: datetime) -> None:
        """Clocked work."""

    def note(self, **details: object) -> None:
        """Details for the audit row."""

    def answer(self, result: T) -> T:
        """Remembers the command's answer."""


BeginIntake = Callable[[Cause], AbstractAsyncContextManager[IntakeWork]]
