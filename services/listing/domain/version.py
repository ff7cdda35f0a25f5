"""One submitted version of a listing, its review, and what happens to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal
from listing.domain.content import Area, Form
from listing.domain.declaration import Declaration
from listing.domain.eligibility import Instrument

VersionStatus = Literal["under_review", "published", "superseded", "returned", "withdrawn"]
Progress = Literal["checking", "waiting_for_snapshot", "needs_person", "rechecking"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a version was returned, or waits for a person: code, field, rule, and the figures that show the way out."""

    code: str
    pointer: str
    rule_id: str
    rule_version: str
    message_zh: str
    message_en: str
    held: Decimal | None = None
    available: Decimal | None = None
    asked: Decimal | None = None
    deductions: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(kw_only=True)
class Version:
    """What was submitted, under which declaration, and how far its review is.

    `instruments` are the securities as the master had them at submission: summaries are made of them.
    """

    number: int
    form: Form
    instruments: tuple[Instrument, ...]
    declaration: Declaration
    submitted_at: datetime
    status: VersionStatus = "under_review"
    progress: Progress | None = "checking"
    waits_for: date | None = None
    reasons: tuple[Reason, ...] = ()
    snapshot_date: date | None = None
    snapshot_revision: int | None = None
    settled_at: datetime | None = None

    @property
    def valid_until(self) -> date:
        """Until when it may stand; a submitted form always says it."""
        if self.form.valid_until is None:
            raise ValueError("a submitted version has no end of validity")
        return self.form.valid_until

    def settle(self, status: VersionStatus, at: datetime, reasons: tuple[Reason, ...] = ()) -> None:
        """The review of the version is over."""
        self.status, self.settled_at, self.reasons = status, at, reasons
        self.progress = self.waits_for = None


class DecisionOutOfDate(Refusal):
    """A decision about a version that is no longer under review: it changes nothing."""

    slug = "decision-out-of-date"
    title_zh = "该版本已不在审核中"
    title_en = "That version is no longer under review"


@dataclass(frozen=True, kw_only=True)
class VersionSubmitted(Fact):
    """A version went to review."""

    listing_id: UUID
    participant_id: str
    area: Area
    version: int
    content_hash: str
    form: Form
    institution_category: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VersionWithdrawn(Fact):
    """A version under review was taken back, or closed because its listing ended (P13.3)."""

    listing_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RecheckAsked(Fact):
    """An approval came on another day than the one it was good for (P11.1)."""

    listing_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VersionReturned(Fact):
    """A version went back to its owner."""

    listing_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VersionPublished(Fact):
    """A version became the public one; `first` for the listing's first."""

    listing_id: UUID
    participant_id: str
    version: int
    first: bool
    valid_until: date
    snapshot_date: date | None
    snapshot_revision: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Approval:
    """What a review decided: the version, and the one day it may be published on (none: any day)."""

    version: int
    publishable_on: date | None
    snapshot_date: date | None
    snapshot_revision: int | None
