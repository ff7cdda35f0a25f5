"""What the use cases need of the world."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import Fact
from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction
from review.application.access_ports import AccessReading, Applications, HeardStandings
from review.application.ladder_ports import LadderReading, Notices, Parties, Sanctions
from review.application.moderation_ports import ModerationReading, Moderations
from review.domain.case import VerificationCase
from review.domain.decision import Decision
from review.domain.holdings import Holding
from review.domain.listing_content import CollateralLine
from review.domain.live_listing import LiveListing
from review.domain.reference_columns import Row
from review.domain.reference_files import FileFormat
from review.domain.reference_load import EncodedBlock, ReferenceLoad
from review.domain.verification_facts import Security, SnapshotRef

T = TypeVar("T")
SecurityCode = tuple[str, str]
Closes = dict[date, Decimal]


class HoldingPlace(NamedTuple):
    """Where a holding is looked for, whatever its class."""

    account_ref: str
    market: str
    security: str


class QueuedLine(NamedTuple):
    """A line with its listing's place among those that want the same units; `published_at` None: after all others."""

    listing_id: UUID
    published_at: datetime | None
    line: CollateralLine


class ActionOf(NamedTuple):
    """A corporate action, whose it is, and the snapshot that says so."""

    security: SecurityCode
    action: CorporateAction
    snapshot: SnapshotRef


class Cases(Protocol):
    """Verification cases."""

    async def add(self, case: VerificationCase) -> None:
        """Keeps a new case."""

    async def get(self, case_id: UUID) -> VerificationCase:
        """A case; raises `CaseNotFound`."""

    async def of_version(self, listing_id: UUID, version: int) -> VerificationCase | None:
        """The case of one version."""

    async def open_of(self, listing_id: UUID) -> Sequence[VerificationCase]:
        """The cases of a listing in which something can still happen."""

    async def waiting(self, *, untried_in: str, limit: int) -> Sequence[VerificationCase]:
        """Waiting cases, oldest first, that the named run has not looked at."""

    async def save(self, case: VerificationCase) -> None:
        """Keeps what changed; raises a version conflict when somebody was faster."""


class Decisions(Protocol):
    """Decisions are only ever added."""

    async def add(self, decisions: Sequence[Decision]) -> None:
        """Keeps decisions."""

    async def get(self, decision_id: UUID) -> Decision | None:
        """One decision."""


class LiveListings(Protocol):
    """Published listings, as the daily check needs them."""

    async def get(self, listing_id: UUID) -> LiveListing | None:
        """One listing."""

    async def put(self, listing: LiveListing) -> None:
        """Keeps a listing with its lines, new or changed."""

    async def remove(self, listing_id: UUID) -> None:
        """Forgets a listing that is not published any more."""

    async def behind(self, snapshot_date: date, revision: int, *, limit: int) -> Sequence[LiveListing]:
        """Live pledgors' listings whose last check is of an earlier end of day or revision."""

    async def save_checked(self, listings: Sequence[LiveListing]) -> None:
        """Keeps the last checks and shortfalls of several."""


class Evidence(Protocol):
    """Snapshots, and what stands in them. Rows of incomplete snapshots are never seen."""

    async def snapshot(self, kind: str, business_date: date) -> SnapshotRef | None:
        """The highest complete revision of a day."""

    async def snapshot_until(self, kind: str, until: date) -> SnapshotRef | None:
        """The newest complete day up to a day."""

    async def snapshots_on(self, kind: str, days: Sequence[date]) -> Sequence[SnapshotRef]:
        """The highest complete revisions of several days."""

    async def calendar(self, snapshot: SnapshotRef) -> TradingCalendar | None:
        """The trading calendar of a snapshot; None when its days have gaps."""

    async def holdings(
        self, snapshot: SnapshotRef, places: Collection[HoldingPlace]
    ) -> Mapping[HoldingPlace, Sequence[Holding]]:
        """What accounts hold of securities, in every class."""

    async def securities(
        self, snapshot: SnapshotRef, codes: Collection[SecurityCode]
    ) -> Mapping[SecurityCode, Security]:
        """Rows of the security master."""

    async def pledged(self, snapshot: SnapshotRef, codes: Collection[SecurityCode]) -> Mapping[SecurityCode, Decimal]:
        """How much of each security is pledged in all accounts of a holdings snapshot."""

    async def closes(
        self, snapshots: Sequence[SnapshotRef], codes: Collection[SecurityCode]
    ) -> Mapping[SecurityCode, Closes]:
        """Closes of days on which the securities traded, with accrued interest."""

    async def actions(
        self, codes: Collection[SecurityCode], *, until: date, since: date, recorded: Collection[UUID] | None = None
    ) -> Sequence[ActionOf]:
        """Corporate actions between two ex-dates, as known on `until`; only of recorded snapshots where given."""

    async def ahead(self, lines: Sequence[QueuedLine]) -> Mapping[tuple[UUID, int], Decimal]:
        """What other live listings published earlier take of each line's holding, by listing and line (P10.3)."""


class Days(Protocol):
    """Which days were verified, and which were not for want of a snapshot."""

    async def mark_verified(self, day: date, *, revision: int, now: datetime) -> None:
        """The day's snapshot is complete."""

    async def mark_not_verified(self, day: date, *, now: datetime) -> None:
        """The day's snapshot was late; a verified day stays verified."""


class Loads(Protocol):
    """The register of reference loads."""

    async def of_day(self, kind: str, business_date: date) -> Sequence[ReferenceLoad]:
        """Every load of a kind and day; locks the day, so that two loads never take one revision."""

    async def add(self, load: ReferenceLoad) -> None:
        """Registers a load."""

    async def get(self, load_id: UUID) -> ReferenceLoad:
        """A load; raises `LoadNotFound`."""

    async def save(self, load: ReferenceLoad) -> None:
        """Keeps its progress; raises a version conflict when another process goes on with it."""


class Work(Protocol):
    """One transaction."""

    cases: Cases
    decisions: Decisions
    live: LiveListings
    evidence: Evidence
    days: Days
    loads: Loads
    parties: Parties
    notices: Notices
    sanctions: Sanctions
    moderations: Moderations
    applications: Applications
    standings: HeardStandings

    @property
    def now(self) -> datetime:
        """The moment it began, by the clock port."""

    @property
    def today(self) -> date:
        """The business day."""

    def record(self, *facts: Fact) -> None:
        """Facts that leave with the commit."""

    def schedule(self, *, kind: str, key: str, due_at: datetime) -> None:
        """Clocked work; the same kind and key replace what was scheduled before."""

    def unschedule(self, *, kind: str, key: str) -> None:
        """Takes clocked work back."""

    def answer(self, result: T) -> T:
        """Remembers the answer beside the idempotency key."""

    def note(self, **details: object) -> None:
        """Details for the audit row."""

    async def scope(
        self, *, participant_id: str | None = None, firm_id: str | None = None, everything: bool = False
    ) -> None:
        """Whose rows this transaction sees."""


Begin = Callable[[Cause], AbstractAsyncContextManager[Work]]


class UploadedFile(Protocol):
    """A file as it was received, on disk."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal."""

    @property
    def file_format(self) -> FileFormat:
        """How it is to be read."""

    def lines(self) -> Iterator[bytes]:
        """Its lines from the first, each with its line feed; a line too long comes cut, longer than a line may be."""


# Encodes a block of rows as it travels: the wire's words are not known here.
EncodeBlock = Callable[[str, Sequence[Row]], EncodedBlock]


@dataclass(frozen=True, kw_only=True)
class QueueItem:
    """A case in the queue: metadata only."""

    case_id: UUID
    listing_id: UUID
    version: int
    area: str
    submitted_at: datetime
    queued_since: datetime
    rule_ids: tuple[str, ...]
    claimed_by: str | None
    claimed_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case with the decision its state stands on."""

    case: VerificationCase
    decision: Decision | None


@dataclass(frozen=True, kw_only=True)
class Projected:
    """How a load's snapshot stands with a reader that has heard it: with review itself.

    `differs` names what does not match the marker of a partial one: count, hash.
    """

    state: str
    seen_rows: int
    differs: tuple[str, ...]
    unreadable_records: int


class Reading(LadderReading, ModerationReading, AccessReading, Protocol):
    """One consistent read."""

    evidence: Evidence
    decisions: Decisions
    cases: Cases

    @property
    def now(self) -> datetime:
        """The moment the answer speaks of."""

    async def queue(self, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[QueueItem]:
        """The queue, oldest first."""

    async def cases_of_listing(self, listing_id: UUID, participant_id: str) -> Sequence[CaseView]:
        """The owner's cases of a listing, the newest version first."""

    async def live(self, listing_id: UUID, participant_id: str) -> LiveListing | None:
        """The owner's published listing."""

    async def loads(
        self, *, kind: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[ReferenceLoad]:
        """The register, the newest first."""

    async def load(self, load_id: UUID) -> ReferenceLoad:
        """One load; raises `LoadNotFound`."""

    async def projected(self, load_ids: Sequence[UUID]) -> Mapping[UUID, Projected]:
        """How the snapshots of loads stand, those that were heard of."""

    async def unverified_days(self, *, limit: int) -> Sequence[date]:
        """Days whose snapshot was late and has not come yet, the newest first."""


Read = Callable[[Cause], AbstractAsyncContextManager[Reading]]
