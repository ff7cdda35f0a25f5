"""Review's world in memory: what a transaction reads, stages and commits, with the same rules as the real one."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.cause import Cause
from chassis.unit_of_work import VersionConflict
from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction
from review.application.access_ports import Applications, HeardStandings
from review.application.ladder_ports import Notices, Parties, Sanctions
from review.application.moderation_ports import Moderations, ModerationSearch
from review.application.ports import (
    ActionOf,
    Cases,
    CaseView,
    Closes,
    Days,
    Decisions,
    Evidence,
    HoldingPlace,
    LiveListings,
    Loads,
    Projected,
    QueuedLine,
    QueueItem,
    SecurityCode,
)
from review.domain.access_application import AccessApplication
from review.domain.case import CaseNotFound, VerificationCase
from review.domain.decision import Decision
from review.domain.holdings import ZERO, Holding, HoldingKey
from review.domain.live_listing import LiveListing
from review.domain.moderation import ModerationCase
from review.domain.notice import Notice
from review.domain.reference_load import LoadNotFound, ReferenceLoad
from review.domain.sanction import Sanction
from review.domain.verification_facts import Security, SnapshotRef
from review.tests.access_fakes import FakeApplications, FakeStandings, HeardStanding, waiting_applications
from review.tests.ladder_fakes import FakeLadderReading, FakeNotices, FakeParties, FakeSanctions
from review.tests.moderation_fakes import FakeModerations, found_moderations
from testkit.fakes import FakeUnitOfWork, Journal


@dataclass
class Store:
    """Everything committed. Rows of snapshots are those of the wire, complete ones only."""

    cases: dict[UUID, VerificationCase] = field(default_factory=dict)
    decisions: dict[UUID, Decision] = field(default_factory=dict)
    live: dict[UUID, LiveListing] = field(default_factory=dict)
    days: dict[date, tuple[str, int | None, datetime]] = field(default_factory=dict)
    loads: dict[UUID, ReferenceLoad] = field(default_factory=dict)
    parties: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    notices: dict[UUID, Notice] = field(default_factory=dict)
    sanctions: dict[UUID, Sanction] = field(default_factory=dict)
    moderations: dict[UUID, ModerationCase] = field(default_factory=dict)
    applications: dict[UUID, AccessApplication] = field(default_factory=dict)
    papers: dict[UUID, bytes] = field(default_factory=dict)
    standings: dict[str, HeardStanding] = field(default_factory=dict)
    snapshots: list[tuple[SnapshotRef, Sequence[Any]]] = field(default_factory=list)


class FakeCases:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, case: VerificationCase) -> None:
        case.row_version = 1
        self._store.cases[case.case_id] = deepcopy(case)

    async def get(self, case_id: UUID) -> VerificationCase:
        if case_id not in self._store.cases:
            raise CaseNotFound
        return deepcopy(self._store.cases[case_id])

    async def of_version(self, listing_id: UUID, version: int) -> VerificationCase | None:
        return next((one for one in self._of(listing_id) if one.version == version), None)

    async def open_of(self, listing_id: UUID) -> Sequence[VerificationCase]:
        return [one for one in self._of(listing_id) if one.is_open]

    async def waiting(self, *, untried_in: str, limit: int) -> Sequence[VerificationCase]:
        every = sorted(self._store.cases.values(), key=lambda one: (one.submitted_at, one.case_id))
        return [deepcopy(one) for one in every if one.state == "waiting" and one.tried != untried_in][:limit]

    async def save(self, case: VerificationCase) -> None:
        if self._store.cases[case.case_id].row_version != case.row_version:
            raise VersionConflict
        case.row_version += 1
        self._store.cases[case.case_id] = deepcopy(case)

    def _of(self, listing_id: UUID) -> list[VerificationCase]:
        found = [deepcopy(one) for one in self._store.cases.values() if one.listing_id == listing_id]
        return sorted(found, key=lambda one: -one.version)


class FakeDecisions:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, decisions: Sequence[Decision]) -> None:
        self._store.decisions.update({one.decision_id: one for one in decisions})

    async def get(self, decision_id: UUID) -> Decision | None:
        return self._store.decisions.get(decision_id)


class FakeLiveListings:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, listing_id: UUID) -> LiveListing | None:
        return deepcopy(self._store.live.get(listing_id))

    async def put(self, listing: LiveListing) -> None:
        self._store.live[listing.listing_id] = deepcopy(listing)

    async def remove(self, listing_id: UUID) -> None:
        self._store.live.pop(listing_id, None)

    async def behind(self, snapshot_date: date, revision: int, *, limit: int) -> Sequence[LiveListing]:
        found = [
            deepcopy(one)
            for one in self._store.live.values()
            if one.is_live and one.content.area == "pledgor" and one.is_behind(snapshot_date, revision)
        ]
        return found[:limit]

    async def save_checked(self, listings: Sequence[LiveListing]) -> None:
        self._store.live.update({one.listing_id: deepcopy(one) for one in listings})


class FakeEvidence:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def snapshot(self, kind: str, business_date: date) -> SnapshotRef | None:
        return self._newest(kind, lambda one: one.business_date == business_date)

    async def snapshot_until(self, kind: str, until: date) -> SnapshotRef | None:
        return self._newest(kind, lambda one: one.business_date <= until)

    async def snapshots_on(self, kind: str, days: Sequence[date]) -> Sequence[SnapshotRef]:
        found = [await self.snapshot(kind, day) for day in sorted(days)]
        return [one for one in found if one is not None]

    async def calendar(self, snapshot: SnapshotRef) -> TradingCalendar | None:
        return TradingCalendar.from_rows((row.day, row.is_trading_day) for row in self._rows(snapshot))

    async def holdings(
        self, snapshot: SnapshotRef, places: Collection[HoldingPlace]
    ) -> Mapping[HoldingPlace, Sequence[Holding]]:
        found: dict[HoldingPlace, list[Holding]] = {}
        for row in self._rows(snapshot):
            place = HoldingPlace(row.account_ref, row.market, row.security)
            if place in places:
                found.setdefault(place, []).append(_holding(row))
        return found

    async def securities(
        self, snapshot: SnapshotRef, codes: Collection[SecurityCode]
    ) -> Mapping[SecurityCode, Security]:
        return {
            (row.market, row.security): Security(
                market=row.market,
                security=row.security,
                asset_class=row.asset_class,
                board=row.board,
                a_capital=row.a_capital,
                special_treatment=row.special_treatment,
                suspended=row.suspended,
                net_income_last_year=row.net_income_last_year,
            )
            for row in self._rows(snapshot)
            if (row.market, row.security) in codes
        }

    async def pledged(self, snapshot: SnapshotRef, codes: Collection[SecurityCode]) -> Mapping[SecurityCode, Decimal]:
        return {
            code: sum((row.pledged for row in self._rows(snapshot) if (row.market, row.security) == code), ZERO)
            for code in codes
        }

    async def closes(
        self, snapshots: Sequence[SnapshotRef], codes: Collection[SecurityCode]
    ) -> Mapping[SecurityCode, Closes]:
        found: dict[SecurityCode, Closes] = {}
        for snapshot in snapshots:
            for row in self._rows(snapshot):
                if row.traded and (row.market, row.security) in codes:
                    closes = found.setdefault((row.market, row.security), {})
                    closes[snapshot.business_date] = row.close + (row.accrued_interest or 0)
        return found

    async def actions(
        self, codes: Collection[SecurityCode], *, until: date, since: date, recorded: Collection[UUID] | None = None
    ) -> Sequence[ActionOf]:
        found = {}
        for ref, rows in sorted(self._store.snapshots, key=lambda one: (one[0].business_date, one[0].revision)):
            known = ref.business_date <= until if recorded is None else ref.snapshot_id in recorded
            for row in rows if ref.kind == "corporate_action" and known else ():
                if (row.market, row.security) in codes and since <= row.ex_date <= until:
                    found[row.market, row.security, row.ex_date] = ActionOf(
                        (row.market, row.security), CorporateAction(ex_date=row.ex_date, bonus=row.bonus), ref
                    )
        return list(found.values())

    async def ahead(self, lines: Sequence[QueuedLine]) -> Mapping[tuple[UUID, int], Decimal]:
        return {(one.listing_id, one.line.line_no): self._ahead_of(one) for one in lines}

    def _ahead_of(self, wanted: QueuedLine) -> Decimal:
        line = wanted.line
        return sum(
            (
                other.quantity
                for listing in self._store.live.values()
                for other in listing.content.lines
                if listing.is_live
                and listing.listing_id != wanted.listing_id
                and (other.account_ref, other.market, other.security, other.share_class)
                == (line.account_ref, line.market, line.security, line.share_class)
                and (wanted.published_at is None or listing.published_at < wanted.published_at)
            ),
            ZERO,
        )

    def _newest(self, kind: str, wanted: Callable[[SnapshotRef], bool]) -> SnapshotRef | None:
        found = [ref for ref, _ in self._store.snapshots if ref.kind == kind and wanted(ref)]
        return max(found, key=lambda one: (one.business_date, one.revision), default=None)

    def _rows(self, snapshot: SnapshotRef) -> Sequence[Any]:
        return next(rows for ref, rows in self._store.snapshots if ref == snapshot)


class FakeDays:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def mark_verified(self, day: date, *, revision: int, now: datetime) -> None:
        self._store.days[day] = ("verified", revision, now)

    async def mark_not_verified(self, day: date, *, now: datetime) -> None:
        self._store.days.setdefault(day, ("not_verified", None, now))


class FakeLoads:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_day(self, kind: str, business_date: date) -> Sequence[ReferenceLoad]:
        return [
            deepcopy(one)
            for one in self._store.loads.values()
            if (one.kind, one.business_date) == (kind, business_date)
        ]

    async def add(self, load: ReferenceLoad) -> None:
        load.row_version = 1
        self._store.loads[load.load_id] = deepcopy(load)
        self._store.loads[load.load_id].facts.clear()

    async def get(self, load_id: UUID) -> ReferenceLoad:
        if load_id not in self._store.loads:
            raise LoadNotFound
        return deepcopy(self._store.loads[load_id])

    async def save(self, load: ReferenceLoad) -> None:
        if self._store.loads[load.load_id].row_version != load.row_version:
            raise VersionConflict
        load.row_version += 1
        self._store.loads[load.load_id] = deepcopy(load)


class FakeReviewWork(FakeUnitOfWork):
    """Works on a copy of the store and hands it over on a clean exit."""

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

    def __init__(self, journal: Journal, cause: Cause, store: Store) -> None:
        super().__init__(journal, cause)
        self._store = store
        # What row security does: a participant's transaction sees its own rows.
        self.owner = cause.subject.participant_id

    async def opened(self) -> None:
        self._copy = Store(**{name: value.copy() for name, value in vars(self._store).items()})
        self.cases = FakeCases(self._copy)
        self.decisions = FakeDecisions(self._copy)
        self.live = FakeLiveListings(self._copy)
        self.evidence = FakeEvidence(self._copy)
        self.days = FakeDays(self._copy)
        self.loads = FakeLoads(self._copy)
        self.parties = FakeParties(self._copy.parties)
        self.notices = FakeNotices(self._copy.notices, self.owner)
        self.sanctions = FakeSanctions(self._copy.sanctions, self.owner)
        self.moderations = FakeModerations(self._copy.moderations)
        self.applications = FakeApplications(self._copy.applications, self._copy.papers)
        self.standings = FakeStandings(self._copy.standings)

    async def scope(
        self, *, participant_id: str | None = None, firm_id: str | None = None, everything: bool = False
    ) -> None:
        self.notices = FakeNotices(self._copy.notices, None if everything else participant_id)
        self.sanctions = FakeSanctions(self._copy.sanctions, None if everything else participant_id)

    async def committed(self) -> None:
        vars(self._store).update(vars(self._copy))


class FakeReading(FakeLadderReading):
    """One consistent read of the store."""

    def __init__(self, store: Store, now: datetime) -> None:
        super().__init__(store.notices, store.sanctions)
        self._store = store
        self._now = now
        self.cases: Cases = FakeCases(store)
        self.decisions: Decisions = FakeDecisions(store)
        self.evidence: Evidence = FakeEvidence(store)
        self.applications: Applications = FakeApplications(store.applications, store.papers)

    @property
    def now(self) -> datetime:
        return self._now

    async def waiting_applications(
        self, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[AccessApplication]:
        return waiting_applications(self._store.applications, after=after, limit=limit)

    async def paper(self, application_id: UUID, attachment_id: UUID) -> bytes | None:
        return self._store.papers.get(attachment_id)

    async def find_moderations(self, search: ModerationSearch) -> Sequence[ModerationCase]:
        return found_moderations(self._store.moderations, search)

    async def queue(self, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[QueueItem]:
        queued = [one for one in self._store.cases.values() if one.state == "needs_person"]
        items = [_queue_item(one, self._now) for one in queued]
        items = [one for one in items if after is None or (one.queued_since, one.case_id) > after]
        return sorted(items, key=lambda one: (one.queued_since, one.case_id))[:limit]

    async def cases_of_listing(self, listing_id: UUID, participant_id: str) -> Sequence[CaseView]:
        own = [
            one
            for one in self._store.cases.values()
            if one.listing_id == listing_id and one.participant_id == participant_id
        ]
        return [
            CaseView(case=one, decision=self._store.decisions.get(one.decision_id) if one.decision_id else None)
            for one in sorted(own, key=lambda one: -one.version)
        ]

    async def live(self, listing_id: UUID, participant_id: str) -> LiveListing | None:
        found = self._store.live.get(listing_id)
        return found if found and found.participant_id == participant_id else None

    async def loads(
        self, *, kind: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[ReferenceLoad]:
        found = [one for one in self._store.loads.values() if kind in (None, one.kind)]
        found = [one for one in found if after is None or (one.registered_at, one.load_id) < after]
        return sorted(found, key=lambda one: (one.registered_at, one.load_id), reverse=True)[:limit]

    async def load(self, load_id: UUID) -> ReferenceLoad:
        return await FakeLoads(self._store).get(load_id)

    async def projected(self, load_ids: Sequence[UUID]) -> Mapping[UUID, Projected]:
        return {
            ref.snapshot_id: Projected(state="complete", seen_rows=len(rows), differs=(), unreadable_records=0)
            for ref, rows in self._store.snapshots
            if ref.snapshot_id in load_ids
        }

    async def unverified_days(self, *, limit: int) -> Sequence[date]:
        return sorted(
            (day for day, (status, _, _) in self._store.days.items() if status == "not_verified"), reverse=True
        )[:limit]


def fake_reading(store: Store, journal: Journal) -> Callable[[Cause], AbstractAsyncContextManager[FakeReading]]:
    """How queries read the store; row security is the database's."""

    @asynccontextmanager
    async def read(_cause: Cause) -> AsyncIterator[FakeReading]:
        yield FakeReading(store, journal.now)

    return read


def _queue_item(case: VerificationCase, now: datetime) -> QueueItem:
    claim = case.claim if case.claim and case.claim.holds(now) else None
    assert case.queued_since is not None
    return QueueItem(
        case_id=case.case_id,
        listing_id=case.listing_id,
        version=case.version,
        area=case.content.area,
        submitted_at=case.submitted_at,
        queued_since=case.queued_since,
        rule_ids=case.rule_ids,
        claimed_by=claim.by if claim else None,
        claimed_until=claim.until if claim else None,
    )


def _holding(row: Any) -> Holding:
    return Holding(
        key=HoldingKey(
            account_ref=row.account_ref, market=row.market, security=row.security, share_class=row.share_class
        ),
        held=row.held,
        frozen=row.frozen_quantity,
        pledged=row.pledged,
        settlement_collateral=row.settlement_collateral,
        other_restricted=row.other_restricted,
        release_date=row.release_date,
    )
