"""The board's world in memory: what a transaction reads, stages and commits, with the same rules as the real one."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from chassis.cause import Cause
from chassis.unit_of_work import VersionConflict
from listing.application.ports import Closes
from listing.domain.board_search import BoardPlace, BoardSearch, DetailSearch
from listing.domain.boxes import Box, boxes_of
from listing.domain.business_information import BusinessInformationVersion
from listing.domain.eligibility import Catalogue, EligibleClass, Instrument, instruments_by_code
from listing.domain.legal_text import ACCEPTED_KINDS, LegalText, TermsAccepted, TextKind
from listing.domain.listing import Listing
from listing.domain.live_check import LiveCheck
from listing.domain.participant import Account, Participant
from listing.domain.pledgeable import Pledgeable, PledgeablePosition
from listing.domain.restriction import Demand
from listing.domain.states import IN_FORCE
from listing.domain.summary import EXPIRED_SHOWN_FOR, DetailKeys, Summary
from listing.domain.text_proposal import TextProposal, TextProposalNotFound, TextVersionTaken
from listing.domain.unit_holds import NOTHING, Holding, UnitKey, UnitStand
from listing.domain.user import LoginStanding, Status
from listing.tests.builders import ALWAYS, CLASSES, QUICK_FINANCE
from listing.tests.registration_fakes import (
    FakeQuestions,
    FakeRegistrationCases,
    FakeRegistrationReading,
    FakeRegistrations,
    RegistrationStore,
)
from testkit.fakes import FakeUnitOfWork, Journal


def a_text(kind: TextKind, version: str = "1", effective_from: date = ALWAYS) -> LegalText:
    return LegalText(
        kind=kind, version=version, effective_from=effective_from,
        interpreter_zh="本公司", interpreter_en="The operator", title_zh=kind, title_en=kind,
        text_zh="正文", text_en="Text", status="to_confirm",
    )  # fmt: skip


@dataclass
class Store:
    """Everything committed."""

    participants: dict[str, Participant] = field(default_factory=dict)
    business: dict[str, list[BusinessInformationVersion]] = field(default_factory=dict)
    listings: dict[UUID, Listing] = field(default_factory=dict)
    holds: dict[UUID, dict[UnitKey, Decimal]] = field(default_factory=dict)
    shelf: dict[UUID, tuple[Summary, DetailKeys]] = field(default_factory=dict)
    hidden: set[UUID] = field(default_factory=set)
    demands: dict[UUID, Demand] = field(default_factory=dict)
    registrations: RegistrationStore = field(default_factory=RegistrationStore)
    checks: dict[UUID, LiveCheck] = field(default_factory=dict)
    snapshots: dict[date, list[Holding]] = field(default_factory=dict)
    instruments: list[Instrument] = field(default_factory=list)
    closes: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    closes_as_of: date | None = None
    classes: tuple[EligibleClass, ...] = CLASSES
    texts: list[LegalText] = field(default_factory=lambda: [a_text(one) for one in ("guide", "declaration", "privacy")])
    proposals: dict[UUID, TextProposal] = field(default_factory=dict)
    acceptances: dict[tuple[str, str], dict[tuple[TextKind, str], datetime]] = field(default_factory=dict)

    def text(self, kind: TextKind, on: date) -> LegalText:
        begun = [one for one in self.texts if one.kind == kind and one.effective_from <= on]
        return max(begun, key=lambda one: one.effective_from)

    def latest_snapshot(self, until: date) -> date | None:
        return max((day for day in self.snapshots if day <= until), default=None)

    def position(self, key: UnitKey, until: date) -> Decimal | None:
        day = self.latest_snapshot(until)
        if day is None:
            return None
        return next((one.available for one in self.snapshots[day] if one.key == key), NOTHING)


class FakeListingWork(FakeUnitOfWork):
    """`Work` over a store: reads copies, and commits them if nobody was faster."""

    def __init__(self, store: Store, journal: Journal, cause: Cause) -> None:
        super().__init__(journal, cause)
        self.store = store
        self.commits: list[Callable[[], None]] = []
        self.participants = FakeParticipants(self)
        self.business_informations = FakeBusinessInformations(self)
        self.listings = FakeListings(self)
        self.units = FakeUnits(self)
        self.shelf = FakeShelf(self)
        self.checks = FakeChecks(self)
        self.demands = FakeDemands(self)
        self.registrations = FakeRegistrations(store.registrations, self.commits, self._live_holders)
        self.questions = FakeQuestions(store.registrations, self.commits)
        self.registration_cases = FakeRegistrationCases(store.registrations, self.commits, cause.subject.participant_id)
        self.texts = FakeTexts(store)
        self.text_proposals = FakeTextProposals(store)
        self.acceptances = FakeAcceptances(self)
        self.catalogues = FakeCatalogues(store)
        self.snapshots = FakeSnapshots(store)

    def _live_holders(self) -> Mapping[UUID, Collection[UnitKey]]:
        listings = self.store.listings
        return {one: keys.keys() for one, keys in self.store.holds.items() if one in listings and listings[one].live}

    async def committed(self) -> None:
        for commit in self.commits:
            commit()


@dataclass
class FakeParticipants:
    work: FakeListingWork

    async def get(self, participant_id: str) -> Participant | None:
        return deepcopy(self.work.store.participants.get(participant_id))

    async def take(self, participant_id: str) -> Participant | None:
        return await self.get(participant_id)

    async def status(self, participant_id: str) -> Status:
        found = await self.get(participant_id)
        return found.status if found else "active"

    async def save(self, participant: Participant) -> None:
        participant.revision += 1
        self.work.commits.append(lambda: self.work.store.participants.update({participant.id: participant}))


@dataclass
class FakeBusinessInformations:
    work: FakeListingWork

    async def current(self, participant_id: str) -> BusinessInformationVersion | None:
        versions = self.work.store.business.get(participant_id, [])
        return versions[-1] if versions else None

    async def add(self, participant_id: str, version: BusinessInformationVersion) -> None:
        self.work.commits.append(lambda: self.work.store.business.setdefault(participant_id, []).append(version))

    async def confirm(self, participant_id: str, version: BusinessInformationVersion) -> None:
        def commit() -> None:
            self.work.store.business[participant_id][-1] = version

        self.work.commits.append(commit)


@dataclass
class FakeListings:
    work: FakeListingWork

    async def get(self, listing_id: UUID) -> Listing | None:
        return deepcopy(self.work.store.listings.get(listing_id))

    async def take(self, listing_id: UUID) -> Listing | None:
        return await self.get(listing_id)

    async def unended_of(self, participant_id: str, *, limit: int) -> Sequence[Listing]:
        found = [
            deepcopy(one)
            for one in self.work.store.listings.values()
            if one.participant_id == participant_id
            and one.publication != "deleted"
            and (one.state in IN_FORCE or one.under_review is not None)
        ]
        return found[:limit]

    async def save(self, listing: Listing) -> None:
        read_at = listing.revision
        listing.revision += 1

        def commit() -> None:
            stored = self.work.store.listings.get(listing.id)
            if (stored.revision if stored else 0) != read_at:
                raise VersionConflict(listing_id=listing.id)
            listing.settled.clear()
            self.work.store.listings[listing.id] = listing

        self.work.commits.append(commit)


@dataclass
class FakeUnits:
    work: FakeListingWork

    async def has_any_holding(self, account_refs: Collection[str]) -> bool | None:
        day = self.work.store.latest_snapshot(self.work.today)
        if day is None:
            return None
        return any(one.key.account_ref in account_refs and one.held for one in self.work.store.snapshots[day])

    async def lock(self, listing_id: UUID, keys: Collection[UnitKey]) -> Mapping[UnitKey, UnitStand]:
        holds = self.work.store.holds
        own = holds.get(listing_id, {})
        return {
            key: UnitStand(
                key=key,
                available=self.work.store.position(key, self.work.today),
                by_this=own.get(key, NOTHING),
                by_others=sum((held.get(key, NOTHING) for one, held in holds.items() if one != listing_id), NOTHING),
            )
            for key in {*keys, *own}
        }

    async def hold(self, listing: Listing, quantities: Mapping[UnitKey, Decimal]) -> None:
        held = dict(quantities)
        self.work.commits.append(lambda: self.work.store.holds.update({listing.id: held}))


@dataclass
class FakeShelf:
    work: FakeListingWork

    async def put(self, summary: Summary, keys: DetailKeys, *, hidden: bool) -> None:
        def commit() -> None:
            self.work.store.shelf[summary.listing_id] = (summary, keys)
            self._set_hidden(summary.listing_id, hidden=hidden)

        self.work.commits.append(commit)

    async def hide(self, participant_id: str, *, hidden: bool) -> None:
        def commit() -> None:
            for one in self.work.store.listings.values():
                if one.participant_id == participant_id:
                    self._set_hidden(one.id, hidden=hidden)

        self.work.commits.append(commit)

    async def describe(self, participant_id: str, *, industries: tuple[str, ...], region: str | None) -> None:
        def commit() -> None:
            for listing_id, (summary, keys) in list(self.work.store.shelf.items()):
                owner = self.work.store.listings[listing_id].participant_id
                if owner == participant_id and summary.area == "pledgor":
                    described = replace(keys, industries=industries, region=region)
                    self.work.store.shelf[listing_id] = (summary, described)

        self.work.commits.append(commit)

    def _set_hidden(self, listing_id: UUID, *, hidden: bool) -> None:
        (self.work.store.hidden.add if hidden else self.work.store.hidden.discard)(listing_id)

    async def take_down(self, listing_id: UUID) -> None:
        self.work.commits.append(lambda: self.work.store.shelf.pop(listing_id, None) and None)


@dataclass
class FakeDemands:
    work: FakeListingWork

    async def on(self, listing_id: UUID) -> Sequence[Demand]:
        return [one for one in self.work.store.demands.values() if one.listing_id == listing_id]

    async def put(self, demand: Demand) -> None:
        self.work.commits.append(lambda: self.work.store.demands.update({demand.notice_id: demand}))

    async def mark_overdue(self, notice_id: UUID) -> None:
        if notice_id in self.work.store.demands:
            await self.put(replace(self.work.store.demands[notice_id], state="overdue"))

    async def remove(self, notice_id: UUID) -> None:
        def commit() -> None:
            self.work.store.demands.pop(notice_id, None)

        self.work.commits.append(commit)


@dataclass
class FakeChecks:
    work: FakeListingWork

    async def put(self, check: LiveCheck) -> bool:
        stored = self.work.store.checks.get(check.listing_id)
        later = stored is not None and (stored.snapshot_date, stored.snapshot_revision) > (
            check.snapshot_date,
            check.snapshot_revision,
        )
        if later or check.listing_id not in self.work.store.listings:
            return False
        self.work.commits.append(lambda: self.work.store.checks.update({check.listing_id: check}))
        return True


@dataclass
class FakeTexts:
    store: Store

    async def in_effect(self, kind: TextKind, on: date) -> LegalText:
        return self.store.text(kind, on)


@dataclass
class FakeTextProposals:
    store: Store

    async def add(self, proposal: TextProposal) -> None:
        kept = [(one.kind, one.version) for one in self.store.texts]
        kept += [(one.text.kind, one.text.version) for one in self.store.proposals.values() if one.state != "rejected"]
        if (proposal.text.kind, proposal.text.version) in kept:
            raise TextVersionTaken(version=proposal.text.version)
        self.store.proposals[proposal.proposal_id] = deepcopy(proposal)

    async def take(self, proposal_id: UUID) -> TextProposal:
        if proposal_id not in self.store.proposals:
            raise TextProposalNotFound
        return deepcopy(self.store.proposals[proposal_id])

    async def decide(self, proposal: TextProposal) -> None:
        self.store.proposals[proposal.proposal_id] = deepcopy(proposal)
        if proposal.state == "approved":
            self.store.texts.append(proposal.text)


@dataclass
class FakeAcceptances:
    work: FakeListingWork

    async def put(self, accepted: TermsAccepted) -> datetime | None:
        kept = self.work.store.acceptances.setdefault((accepted.participant_id, accepted.user_id), {})
        if (earlier := kept.get((accepted.kind, accepted.version))) is not None:
            return earlier
        self.work.commits.append(lambda: kept.update({(accepted.kind, accepted.version): accepted.at}))
        return None


@dataclass
class FakeCatalogues:
    store: Store

    async def of(self, securities: Collection[tuple[str, str]], today: date) -> Catalogue:
        return Catalogue(
            today=today,
            instruments=instruments_by_code(
                one for one in self.store.instruments if (one.market, one.security) in securities
            ),
            classes=self.store.classes,
            templates={"quick_finance": QUICK_FINANCE},
        )


@dataclass
class FakeSnapshots:
    store: Store

    async def forget(self, kind: str, *, days_kept: int, rows_max: int) -> bool:
        old = sorted(self.store.snapshots)[:-days_kept] if kind == "holding" and rows_max else []
        for day in old:
            del self.store.snapshots[day]
        return False


@dataclass
class FakeReading(FakeRegistrationReading):
    """`Reading` over the same store; `participant_id` is whose rows are in scope (none: everybody's)."""

    store: Store
    now: datetime
    participant_id: str | None

    @property
    def registration_store(self) -> RegistrationStore:
        return self.store.registrations

    @property
    def today(self) -> date:
        return self.now.date()

    def _in_scope(self, participant_id: str) -> bool:
        return self.participant_id is None or self.participant_id == participant_id

    async def participant(self, participant_id: str) -> Participant | None:
        return self.store.participants.get(participant_id) if self._in_scope(participant_id) else None

    async def standing(self, participant_id: str, user_id: str) -> LoginStanding | None:
        participant = await self.participant(participant_id)
        if participant is None:
            return None
        accepted = await self.acceptances(participant_id, user_id)
        texts = [self.store.text(kind, self.today) for kind in ACCEPTED_KINDS]
        missing = frozenset(one.kind for one in texts if (one.kind, one.version) not in accepted)
        return replace(participant.standing_of(user_id), unaccepted=missing)

    async def text_proposals(self, *, limit: int) -> Sequence[TextProposal]:
        return sorted(self.store.proposals.values(), key=lambda one: one.proposed_at, reverse=True)[:limit]

    async def acceptances(self, participant_id: str, user_id: str) -> Mapping[tuple[TextKind, str], datetime]:
        return self.store.acceptances.get((participant_id, user_id), {}) if self._in_scope(participant_id) else {}

    async def business_information(self, participant_id: str) -> BusinessInformationVersion | None:
        versions = self.store.business.get(participant_id, []) if self._in_scope(participant_id) else []
        return versions[-1] if versions else None

    async def listing(self, listing_id: UUID) -> Listing | None:
        found = self.store.listings.get(listing_id)
        return found if found is not None and self._in_scope(found.participant_id) else None

    async def demands(self, listing_id: UUID) -> Sequence[Demand]:
        return [one for one in self.store.demands.values() if one.listing_id == listing_id]

    async def check(self, listing_id: UUID) -> LiveCheck | None:
        return self.store.checks.get(listing_id)

    async def closes(self, securities: Collection[tuple[str, str]]) -> Closes:
        known = {code: price for code, price in self.store.closes.items() if code in securities}
        return Closes(as_of=self.store.closes_as_of, prices=known)

    async def box(self, participant_id: str, box: Box, *, after: UUID | None, limit: int) -> Sequence[Listing]:
        found = [
            one
            for one in self.store.listings.values()
            if one.participant_id == participant_id and box in boxes_of(one) and (after is None or one.id < after)
        ]
        return sorted(found, key=lambda one: one.id, reverse=True)[:limit]

    async def has_listing_in_force(self, participant_id: str) -> bool:
        listings = self.store.listings.values()
        return any(one.participant_id == participant_id and one.in_force(self.today) for one in listings)

    async def summaries(self, search: BoardSearch, *, after: BoardPlace | None, limit: int) -> Sequence[Summary]:
        shown = [
            summary
            for summary, keys in self.store.shelf.values()
            if self.store.listings[summary.listing_id].participant_id != self.participant_id
            and self._shown(summary)
            and _fits(summary, search)
            and _fits_detail(summary, keys, search.detail)
            and (after is None or _place(summary) < (after.published_at, after.listing_id))
        ]
        return sorted(shown, key=_place, reverse=True)[:limit]

    async def summary(self, listing_id: UUID) -> Summary | None:
        found = self.store.shelf.get(listing_id)
        return found[0] if found is not None and self._shown(found[0]) else None

    async def pledgeable(self, account_refs: Collection[str]) -> Pledgeable | None:
        day = self.store.latest_snapshot(self.today)
        if day is None:
            return None
        known = instruments_by_code(self.store.instruments)
        positions = []
        for one in self.store.snapshots[day]:
            if one.key.account_ref not in account_refs:
                continue
            instrument = known.get((one.key.market, one.key.security))
            positions.append(
                PledgeablePosition(
                    holding=one,
                    name=instrument.name if instrument else None,
                    board=instrument.board if instrument else None,
                    asset_class=instrument.asset_class if instrument else None,
                    release_date=None,
                    held_by_listings=sum((held.get(one.key, NOTHING) for held in self.store.holds.values()), NOTHING),
                )
            )
        return Pledgeable(as_of=day, revision=1, positions=tuple(positions))

    async def text(self, kind: TextKind, on: date) -> LegalText:
        return self.store.text(kind, on)

    def _shown(self, summary: Summary) -> bool:
        return summary.listing_id not in self.store.hidden and self._still_shown(summary)

    def _still_shown(self, summary: Summary) -> bool:
        return summary.ended_at is None or summary.ended_at > self.now - EXPIRED_SHOWN_FOR


def _place(summary: Summary) -> tuple[datetime, UUID]:
    return summary.published_at, summary.listing_id


def _fits(summary: Summary, search: BoardSearch) -> bool:
    return all(
        (
            search.area in {None, summary.area},
            search.state in {None, summary.state},
            search.market is None or search.market in summary.markets,
            search.board is None or search.board in summary.boards,
            search.asset_class is None or search.asset_class in summary.asset_classes,
            search.security is None or search.security in {one.security for one in summary.securities},
            search.months is None or summary.months_from <= search.months <= summary.months_to,
        )
    )


def _fits_detail(summary: Summary, keys: DetailKeys, search: DetailSearch | None) -> bool:
    if search is None:
        return True
    rate = search.pledge_rate
    any_industry = summary.area == "pledgee" and not keys.industries
    meets = rate is None or (keys.pledge_rate <= rate if summary.area == "pledgor" else keys.pledge_rate >= rate)
    return all(
        (
            search.amount_from_fen is None or keys.amount_to_fen >= search.amount_from_fen,
            search.amount_to_fen is None or keys.amount_from_fen <= search.amount_to_fen,
            search.annual_rate_max is None or keys.annual_rate_from <= search.annual_rate_max,
            search.share_class is None or search.share_class in keys.share_classes,
            search.industry is None or search.industry in keys.industries or any_industry,
            search.region in {None, keys.region},
            meets,
        )
    )


def fake_reading(
    store: Store, journal: Journal, *, everything: bool
) -> Callable[[Cause], AbstractAsyncContextManager[FakeReading]]:
    """A door to the store, in the scope of who asks or of everybody."""

    @asynccontextmanager
    async def read(cause: Cause) -> AsyncIterator[FakeReading]:
        cause.ticket.traced = True
        scope = None if everything else (cause.subject.participant_id or "")
        yield FakeReading(store=store, now=journal.now, participant_id=scope)

    return read


def identify(number: str) -> Account:
    """A reference a reader of a test can tell apart: the number's last digit, thirty-two times."""
    return Account(account_ref=number[-1] * 32, number_masked=f"********{number[-4:]}")
