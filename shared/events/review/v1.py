"""What the review service says of its cases, version 1."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Event


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a version was returned: a coded reason, the field it is about, and the figures that show the way out.

    `deductions` names each P10.1 deduction of the line and its quantity.
    """

    code: str
    pointer: str
    rule_id: str
    rule_version: str
    message_zh: str
    message_en: str
    held: Decimal | None = None
    available: Decimal | None = None
    asked: Decimal | None = None
    deductions: dict[str, Decimal] = {}


class CaseEvent(Event, frozen=True, kw_only=True):
    """An event of the verification of one listing."""

    topic: ClassVar[str] = "review.case.v1"
    key_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    case_id: UUID
    version: int


class CaseApproved(CaseEvent, frozen=True, kw_only=True):
    """The version may be published on `publishable_on`, and on no other day (P11.1). Pledgee cases name no snapshot."""

    type: ClassVar[str] = "review.case.approved.v1"

    by: Literal["rules", "reviewer"]
    publishable_on: date | None
    snapshot_date: date | None
    snapshot_revision: int | None
    decided_at: datetime


class CaseReturned(CaseEvent, frozen=True, kw_only=True):
    """The version goes back with its reasons."""

    type: ClassVar[str] = "review.case.returned.v1"

    by: Literal["rules", "reviewer"]
    reasons: list[Reason]
    snapshot_date: date | None
    snapshot_revision: int | None
    decided_at: datetime


class CaseNeedsPerson(CaseEvent, frozen=True, kw_only=True):
    """A rule asks for a person: the case stands in the queue."""

    type: ClassVar[str] = "review.case.needs_person.v1"

    reasons: list[Reason]
    since: datetime


class CaseWaits(CaseEvent, frozen=True, kw_only=True):
    """The snapshot of `snapshot_date` is missing or incomplete: the version waits and says so (P11.1)."""

    type: ClassVar[str] = "review.case.waits.v1"

    snapshot_date: date
    since: datetime


class CaseReverified(CaseEvent, frozen=True, kw_only=True):
    """A live listing passed the check of `snapshot_date` (P11.3)."""

    type: ClassVar[str] = "review.case.reverified.v1"

    snapshot_date: date
    snapshot_revision: int
    checked_at: datetime


class CaseReverificationFailed(CaseEvent, frozen=True, kw_only=True):
    """A live listing failed the check of `snapshot_date`; the shortfall stands in the reasons (P11.3)."""

    type: ClassVar[str] = "review.case.reverification_failed.v1"

    snapshot_date: date
    snapshot_revision: int
    reasons: list[Reason]
    checked_at: datetime


class ModerationEvent(Event, frozen=True, kw_only=True):
    """An event of one moderation case: what was reported, and what a moderator does about it (P16.2)."""

    topic: ClassVar[str] = "review.moderation.v1"
    key_field: ClassVar[str] = "case_id"

    case_id: UUID
    report_id: UUID


class ModerationOpened(ModerationEvent, frozen=True, kw_only=True):
    """A report waits for a moderator."""

    type: ClassVar[str] = "review.moderation.opened.v1"

    subject: Literal["message", "listing"]
    category: str
    opened_at: datetime


class ModerationClaimed(ModerationEvent, frozen=True, kw_only=True):
    """One moderator may look at what was reported until `until`, and nobody else."""

    type: ClassVar[str] = "review.moderation.claimed.v1"

    moderator_id: str
    until: datetime


class ModerationClosed(ModerationEvent, frozen=True, kw_only=True):
    """It is decided; both sides are told, and the evidence closes again."""

    type: ClassVar[str] = "review.moderation.closed.v1"

    outcome: Literal["none", "warning", "notice"]
    closed_at: datetime
