"""What the valuation use cases need of the outside: the accepted book, the reference data, and what they keep."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import Fact
from monitoring.domain.alert import Alert, AlertChanged
from monitoring.domain.book import Contract, Instrument
from monitoring.domain.borrower import Standing
from monitoring.domain.market_day import MarketDay
from monitoring.domain.sums import BookSums
from monitoring.domain.valuation import ValuedContract


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One complete snapshot of reference data."""

    id: UUID
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferenceSet:
    """The snapshots that value a business date (I5); None where the kind was never loaded."""

    day: date
    price: Snapshot
    corporate_action: Snapshot | None
    calendar: Snapshot | None
    security: Snapshot | None


@dataclass(frozen=True, kw_only=True)
class FirmBook:
    """Where one firm's valuation stands; holding it is holding the firm's valuation lock.

    `closed` is the last business date whose end of day was kept; `changed_since_close`: what is current differs.
    `incremental`: changes were added to the last valuation of the whole book, which is then worth proving.
    """

    firm_id: str
    reference: ReferenceSet | None
    closed: date | None
    changed_since_close: bool
    incremental: bool
    sums: BookSums

    @property
    def day(self) -> date | None:
        """The business date the firm is valued at."""
        return self.reference.day if self.reference else None

    @property
    def is_closed(self) -> bool:
        """Whether the end of the present business date was kept."""
        return self.day is not None and self.closed == self.day


class Books(Protocol):
    """Firms' valuation state and sums."""

    async def firms(self) -> list[str]:
        """Every firm on board."""

    async def lock(self, firm_id: str) -> FirmBook:
        """The firm's state, locked until the transaction ends; made if there is none."""

    async def save(self, book: FirmBook, *, at: datetime) -> None:
        """Keeps the state."""

    async def keep_day(self, book: FirmBook, *, at: datetime, differences: int) -> None:
        """Keeps sums and valuations of the present business date as its end of day."""


class References(Protocol):
    """Complete snapshots, and the market they describe."""

    async def on(self, day: date) -> ReferenceSet | None:
        """The newest snapshots for a business date; None without prices of the day."""

    async def next_day(self, *, after: date | None, not_before: date) -> date | None:
        """The first business date with complete prices after one (or from `not_before` on)."""

    async def market(self, reference: ReferenceSet) -> MarketDay:
        """The market as those snapshots say: immutable, so it may be kept in memory."""


class AcceptedBook(Protocol):
    """The book that intake keeps from accepted records, and the changes it leaves for valuation."""

    async def first_day(self, firm_id: str) -> date | None:
        """The earliest business date of the firm's contracts; None while it has none."""

    async def take_changes(self, firm_id: str, *, most: int | None) -> list[str]:
        """Takes changed contracts off the list, oldest first; all of them without a limit."""

    async def has_changes(self, firm_id: str) -> bool:
        """Whether any are left."""

    async def contract_ids(self, firm_id: str) -> list[tuple[str, str | None]]:
        """Every contract that may be open, with its merge group."""

    async def contracts(self, firm_id: str, contract_ids: Collection[str], *, on: date) -> list[Contract]:
        """Contracts in the state that is valid on a day."""

    async def members(self, firm_id: str, groups: Collection[str]) -> set[str]:
        """The contracts of merge groups."""

    async def holding(self, firm_id: str, instruments: Collection[Instrument]) -> set[str]:
        """The contracts with a collateral line in one of the securities."""


class Valuations(Protocol):
    """Current valuations."""

    async def of(self, firm_id: str, contract_ids: Collection[str]) -> list[ValuedContract]:
        """The valuations kept for these contracts."""

    async def everything(self, firm_id: str) -> list[ValuedContract]:
        """The whole book as kept."""

    async def members(self, firm_id: str, groups: Collection[str]) -> set[str]:
        """The contracts kept under these merge groups."""

    async def replace(self, firm_id: str, *, changed: Sequence[ValuedContract], gone: Collection[str]) -> None:
        """Writes what changed and removes what is no longer open."""

    async def replace_everything(self, firm_id: str, valued: Sequence[ValuedContract]) -> None:
        """Writes the whole book of a firm anew."""

    async def standings(self, firm_id: str, borrower_ids: Collection[str] | None) -> dict[str, Standing]:
        """The standing of borrowers by the valuations kept; of all with None."""

    async def keep_standings(self, firm_id: str, standings: Mapping[str, Standing], *, day: date, whole: bool) -> None:
        """Keeps borrowers' levels; with `whole`, borrowers not named have none any more."""


class Alerts(Protocol):
    """Alerts of borrowers."""

    async def open_of(self, firm_id: str, indicator_id: str) -> dict[str, Alert]:
        """The open alerts of a firm's entities, by entity id."""

    async def keep(self, changes: Iterable[AlertChanged]) -> None:
        """Writes what happened: the alert as it is now, and its history."""


class BookWork(Protocol):
    """One transaction over a firm's derived figures."""

    @property
    def books(self) -> Books:
        """Where the firm stands."""

    @property
    def references(self) -> References:
        """The market."""

    @property
    def accepted(self) -> AcceptedBook:
        """What the firm reported."""

    @property
    def valuations(self) -> Valuations:
        """What follows from both."""

    @property
    def alerts(self) -> Alerts:
        """What it leads to."""

    @property
    def now(self) -> datetime:
        """The moment the transaction began."""

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


BeginBook = Callable[[Cause], AbstractAsyncContextManager[BookWork]]
