"""What the use cases need of the world; persistence implements it, tests fake it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import Fact
from listing.application.registration_ports import (
    Questions,
    RegistrationCases,
    RegistrationReading,
    Registrations,
)
from listing.domain.board_search import BoardPlace, BoardSearch
from listing.domain.boxes import Box
from listing.domain.business_information import BusinessInformationVersion
from listing.domain.eligibility import Catalogue
from listing.domain.legal_text import LegalText, TermsAccepted, TextKind
from listing.domain.listing import Listing
from listing.domain.live_check import LiveCheck
from listing.domain.participant import Account, Participant
from listing.domain.pledgeable import Pledgeable
from listing.domain.restriction import Demand
from listing.domain.summary import DetailKeys, Summary
from listing.domain.text_proposal import TextProposal
from listing.domain.unit_holds import UnitKey, UnitStand
from listing.domain.user import LoginStanding, Status

T = TypeVar("T")
Identify = Callable[[str], Account]


class Participants(Protocol):
    """Participants with their users and accounts."""

    async def get(self, participant_id: str) -> Participant | None:
        """The participant, if it was ever registered."""

    async def take(self, participant_id: str) -> Participant | None:
        """The same, with everybody else who registers it waiting: a first sign-in may come twice at once."""

    async def status(self, participant_id: str) -> Status:
        """What the operator's steps leave it, with every change of that waiting for this transaction."""

    async def save(self, participant: Participant) -> None:
        """Keeps it, users and accounts included."""


class BusinessInformations(Protocol):
    """Business information, version by version."""

    async def current(self, participant_id: str) -> BusinessInformationVersion | None:
        """The latest version."""

    async def add(self, participant_id: str, version: BusinessInformationVersion) -> None:
        """Keeps a new version; two writers of one number collide."""

    async def confirm(self, participant_id: str, version: BusinessInformationVersion) -> None:
        """Keeps when a version was last confirmed."""


class Listings(Protocol):
    """Listings with their versions."""

    async def get(self, listing_id: UUID) -> Listing | None:
        """The listing, if it is in the scope of this transaction."""

    async def take(self, listing_id: UUID) -> Listing | None:
        """The same with every other change of it waiting: what neighbours and the clock say must not be lost to a race.

        Owners' commands do not take: of two racing changes exactly one wins (P12.4).
        """

    async def unended_of(self, participant_id: str, *, limit: int) -> Sequence[Listing]:
        """A participant's listings in force or under review, with every other change of them waiting."""

    async def save(self, listing: Listing) -> None:
        """Keeps it if nobody changed it since it was read, and raises its revision."""


class Units(Protocol):
    """Units held by listings, each account, security and class under a lock of its own."""

    async def has_any_holding(self, account_refs: Collection[str]) -> bool | None:
        """Whether the accounts hold anything; None while no complete snapshot is known."""

    async def lock(self, listing_id: UUID, keys: Collection[UnitKey]) -> Mapping[UnitKey, UnitStand]:
        """Locks the keys and those the listing holds already, always in one order, and says how each stands."""

    async def hold(self, listing: Listing, quantities: Mapping[UnitKey, Decimal]) -> None:
        """Makes exactly these the listing's holds; the keys are locked."""


class Shelf(Protocol):
    """The summaries others see."""

    async def put(self, summary: Summary, keys: DetailKeys, *, hidden: bool) -> None:
        """Shows the listing as it is now, hidden to nobody; the keys are for filters alone."""

    async def hide(self, participant_id: str, *, hidden: bool) -> None:
        """Hides everything of a participant, or shows it again."""

    async def describe(self, participant_id: str, *, industries: tuple[str, ...], region: str | None) -> None:
        """What a pledgor's listings are found by, from what it says about itself."""

    async def take_down(self, listing_id: UUID) -> None:
        """Shows it no more."""


class Demands(Protocol):
    """Notices that stand on listings."""

    async def on(self, listing_id: UUID) -> Sequence[Demand]:
        """What stands on a listing, oldest first."""

    async def put(self, demand: Demand) -> None:
        """It stands from now on."""

    async def mark_overdue(self, notice_id: UUID) -> None:
        """Its deadline passed."""

    async def remove(self, notice_id: UUID) -> None:
        """It stands no more."""


class Checks(Protocol):
    """The last daily check of each live listing."""

    async def put(self, check: LiveCheck) -> bool:
        """Keeps it unless a later snapshot's is kept already; says whether it did."""


class Texts(Protocol):
    """Dated legal texts."""

    async def in_effect(self, kind: TextKind, on: date) -> LegalText:
        """The version in effect on a day."""


class TextProposals(Protocol):
    """Proposed versions of legal texts."""

    async def add(self, proposal: TextProposal) -> None:
        """Keeps a new one; raises `TextVersionTaken`."""

    async def take(self, proposal_id: UUID) -> TextProposal:
        """One of them, with every other decision about it waiting; raises `TextProposalNotFound`."""

    async def decide(self, proposal: TextProposal) -> None:
        """Keeps the decision; an approved text becomes a version."""


class Acceptances(Protocol):
    """Who accepted which version of which text."""

    async def put(self, accepted: TermsAccepted) -> datetime | None:
        """Keeps it unless it is kept already; then, since when."""


class Catalogues(Protocol):
    """What forms are checked against."""

    async def of(self, securities: Collection[tuple[str, str]], today: date) -> Catalogue:
        """The catalogue of the day with these securities of the master."""


class Snapshots(Protocol):
    """What has arrived of the reference data."""

    async def forget(self, kind: str, *, days_kept: int, rows_max: int) -> bool:
        """Removes rows of days before the newest ones kept, up to so many at once; says whether more are left."""


class Work(Protocol):
    """One transaction."""

    @property
    def participants(self) -> Participants:
        """Participants with their users."""

    @property
    def business_informations(self) -> BusinessInformations:
        """Business information."""

    @property
    def listings(self) -> Listings:
        """Listings with their versions."""

    @property
    def units(self) -> Units:
        """Units held by listings."""

    @property
    def shelf(self) -> Shelf:
        """What others see."""

    @property
    def checks(self) -> Checks:
        """Daily checks."""

    @property
    def demands(self) -> Demands:
        """What review demands."""

    @property
    def registrations(self) -> Registrations:
        """The depository's registrations."""

    @property
    def questions(self) -> Questions:
        """What owners are asked about them."""

    @property
    def registration_cases(self) -> RegistrationCases:
        """Registration cases."""

    @property
    def texts(self) -> Texts:
        """Legal texts."""

    @property
    def text_proposals(self) -> TextProposals:
        """Proposed versions of legal texts."""

    @property
    def acceptances(self) -> Acceptances:
        """Who accepted what."""

    @property
    def catalogues(self) -> Catalogues:
        """What forms are checked against."""

    @property
    def snapshots(self) -> Snapshots:
        """Reference data as it arrived."""

    @property
    def now(self) -> datetime:
        """The clock port's time at its beginning."""

    @property
    def today(self) -> date:
        """Its business day."""

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


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Who published a listing, as its detail shows it (P8.1): basic and business information of today."""

    participant: Participant
    business: BusinessInformationVersion | None


class Reading(RegistrationReading, Protocol):
    """One consistent read. Its scope (one participant, or the whole board) is the door it was opened by."""

    @property
    def now(self) -> datetime:
        """The moment it speaks of."""

    @property
    def today(self) -> date:
        """Its business day."""

    async def participant(self, participant_id: str) -> Participant | None:
        """A participant in scope."""

    async def standing(self, participant_id: str, user_id: str) -> LoginStanding | None:
        """How a login stands today; None for a participant that never registered."""

    async def text_proposals(self, *, limit: int) -> Sequence[TextProposal]:
        """Proposed versions of legal texts, the newest first."""

    async def acceptances(self, participant_id: str, user_id: str) -> Mapping[tuple[TextKind, str], datetime]:
        """What a login has accepted, by kind and version, and when."""

    async def business_information(self, participant_id: str) -> BusinessInformationVersion | None:
        """Its latest business information."""

    async def listing(self, listing_id: UUID) -> Listing | None:
        """A listing in scope."""

    async def demands(self, listing_id: UUID) -> Sequence[Demand]:
        """What review demands of a listing in scope."""

    async def check(self, listing_id: UUID) -> LiveCheck | None:
        """The last daily check of a listing."""

    async def closes(self, securities: Collection[tuple[str, str]]) -> "Closes":
        """The closes of the latest complete day of prices."""

    async def box(self, participant_id: str, box: Box, *, after: UUID | None, limit: int) -> Sequence[Listing]:
        """One box of a participant's listings, the newest first."""

    async def has_listing_in_force(self, participant_id: str) -> bool:
        """Whether the participant has a listing in force today (P14.2)."""

    async def summaries(self, search: BoardSearch, *, after: BoardPlace | None, limit: int) -> Sequence[Summary]:
        """Summaries on the board, the newest first; a place stays where it is while others are inserted."""

    async def summary(self, listing_id: UUID) -> Summary | None:
        """One summary, if the board shows it."""

    async def pledgeable(self, account_refs: Collection[str]) -> Pledgeable | None:
        """Positions of the accounts as of the latest complete snapshot; None while there is none."""

    async def text(self, kind: TextKind, on: date) -> LegalText:
        """The legal text in effect on a day."""


@dataclass(frozen=True, kw_only=True)
class Closes:
    """Prices in CNY per share or unit (bonds: clean close and accrued interest, FIN4), and their day."""

    as_of: date | None
    prices: Mapping[tuple[str, str], Decimal]


Begin = Callable[[Cause], AbstractAsyncContextManager[Work]]
Read = Callable[[Cause], AbstractAsyncContextManager[Reading]]
