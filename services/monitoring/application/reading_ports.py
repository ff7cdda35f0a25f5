"""What the regulator's questions need of the kept figures, in one snapshot."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from chassis.cause import Cause
from finance.calendar import TradingCalendar
from monitoring.application.book_ports import ReferenceSet, Snapshot
from monitoring.domain.alert import Alert
from monitoring.domain.metric_registry import AlertLevel
from monitoring.domain.sums import BookSums
from monitoring.domain.valuation import ValuedContract

ValueState = Literal["live", "end_of_day"]
AlertState = Literal["open", "cleared"]


@dataclass(frozen=True, kw_only=True)
class FirmStanding:
    """One firm's sums on a day; without sums it is missing from that day.

    `kept`: they are those of the day's kept end, not what is current.
    """

    firm_id: str
    day: date | None
    kept: bool
    state: ValueState
    reference: ReferenceSet | None
    valued_at: datetime | None
    sums: BookSums | None


@dataclass(frozen=True, kw_only=True)
class KeptContract:
    """One contract as valued on a day."""

    firm_id: str
    valued: ValuedContract


@dataclass(frozen=True, kw_only=True)
class ContractPlace:
    """A contract's place in the order of lists."""

    firm_id: str
    contract_id: str


@dataclass(frozen=True, kw_only=True)
class ContractFilter:
    """Which contracts a list holds."""

    firm_id: str | None = None
    borrower_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AlertPlace:
    """An alert's place in the order of lists: the latest change first."""

    changed_at: datetime
    id: UUID


@dataclass(frozen=True, kw_only=True)
class AlertFilter:
    """Which alerts a list holds."""

    state: AlertState | None = None
    level: AlertLevel | None = None
    indicator_id: str | None = None
    firm_id: str | None = None
    entity_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AlertStep:
    """One thing that happened to an alert."""

    change: str
    level: AlertLevel
    provisional: bool
    business_date: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ContractState:
    """A contract and its lines as the dictionary's fields say; personal data are not among them."""

    contract: Mapping[str, object]
    lines: Sequence[Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class ValuedDay:
    """A contract as valued at the end of one day."""

    day: date
    valued: ValuedContract


class MonitorReads(Protocol):
    """One consistent snapshot of everything the monitor keeps."""

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""

    async def newest_day(self) -> date | None:
        """The newest business date any firm is valued at."""

    async def standings(self, day: date, *, end_of_day: bool) -> list[FirmStanding]:
        """Every firm on board on a day, by its kept end of day if asked and there is one, else by what is current."""

    async def standing(self, firm_id: str) -> FirmStanding | None:
        """Where one firm stands now."""

    async def day_sums(self, day: date) -> BookSums | None:
        """The market's sums at the end of a day; None if no firm was valued then."""

    async def calendar(self, snapshot: Snapshot) -> TradingCalendar:
        """The trading calendar of a snapshot."""

    async def borrower_codes(self, firms: Mapping[str, bool], day: date) -> dict[int | None, int]:
        """How many borrowers stand at each code of B11.2a on a day; `firms` says whose kept end is meant."""

    async def contracts(
        self,
        firms: Mapping[str, bool],
        day: date,
        *,
        only: ContractFilter,
        after: ContractPlace | None,
        most: int,
    ) -> list[KeptContract]:
        """Contracts of firms as valued on a day, in order, after a place; `firms` says whose kept end is meant."""

    async def alerts(self, only: AlertFilter, *, after: AlertPlace | None, most: int) -> list[Alert]:
        """Alerts, the latest change first."""

    async def alert(self, alert_id: UUID) -> Alert | None:
        """One alert."""

    async def alert_steps(self, alert_id: UUID) -> list[AlertStep]:
        """What happened to it, in order."""

    async def contract(self, firm_id: str, contract_id: str) -> ContractState | None:
        """One contract as reported."""

    async def valuation(self, firm_id: str, contract_id: str) -> ValuedContract | None:
        """Its current valuation; None when it is not open, or not valued yet."""

    async def valuation_days(self, firm_id: str, contract_id: str, *, most: int) -> list[ValuedDay]:
        """Its valuations at the end of days, the newest first."""


Reading = Callable[[Cause], AbstractAsyncContextManager[MonitorReads]]
