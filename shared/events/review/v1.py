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


SubjectKind = Literal["listing", "participant", "user"]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Why a correction is demanded: a rule, a field or an act, in the words of the dated table (P4.1)."""

    kind: Literal["rule", "field", "act"]
    code: str
    version: str
    pointer: str
    message_zh: str
    message_en: str


class NoticeEvent(Event, frozen=True, kw_only=True):
    """An event of the operator's ladder about one subject: a listing, a participant, or for conduct one login (P4.2).

    `participant_id` is who is told, whatever the subject.
    """

    topic: ClassVar[str] = "review.notice.v1"
    key_field: ClassVar[str] = "subject_id"

    subject_id: str
    subject_kind: SubjectKind
    participant_id: str


class NoticeIssued(NoticeEvent, frozen=True, kw_only=True):
    """A correction is demanded until `deadline_at` (none while the trading calendar does not reach that far)."""

    type: ClassVar[str] = "review.notice.issued.v1"

    notice_id: UUID
    by: Literal["person", "rules"]
    ground: Ground
    deadline_at: datetime | None
    issued_at: datetime


class NoticeAnswered(NoticeEvent, frozen=True, kw_only=True):
    """The participant has answered; the answer is read where it was written."""

    type: ClassVar[str] = "review.notice.answered.v1"

    notice_id: UUID
    answered_by: str
    answered_at: datetime


class NoticeOverdue(NoticeEvent, frozen=True, kw_only=True):
    """The deadline passed and the notice stands: a step may be proposed (P4.2)."""

    type: ClassVar[str] = "review.notice.overdue.v1"

    notice_id: UUID
    overdue_since: datetime


class NoticeClosed(NoticeEvent, frozen=True, kw_only=True):
    """Nothing is demanded any more: its issuer closed it, the failed rule passed, or its subject has ended."""

    type: ClassVar[str] = "review.notice.closed.v1"

    notice_id: UUID
    reason: Literal["corrected", "withdrawn", "rule_passed", "subject_ended"]
    closed_at: datetime


class RestrictionOrdered(NoticeEvent, frozen=True, kw_only=True):
    """Two people decided that a listing is hidden from others; `ends_on` is its last day, where it has one."""

    type: ClassVar[str] = "review.notice.restriction_ordered.v1"

    sanction_id: UUID
    notice_id: UUID
    ground: Ground
    ends_on: date | None
    ordered_at: datetime


class RestrictionLifted(NoticeEvent, frozen=True, kw_only=True):
    """The listing is shown again, if nothing else hides it."""

    type: ClassVar[str] = "review.notice.restriction_lifted.v1"

    sanction_id: UUID
    by: Literal["persons", "date", "appeal"]
    lifted_at: datetime


class StepAppealed(NoticeEvent, frozen=True, kw_only=True):
    """The participant appealed against a step, which stands meanwhile (P4.4)."""

    type: ClassVar[str] = "review.notice.appealed.v1"

    sanction_id: UUID
    decide_by: datetime | None
    appealed_at: datetime


class AppealDecided(NoticeEvent, frozen=True, kw_only=True):
    """Two people who took no part decided: the step stands, or is reversed."""

    type: ClassVar[str] = "review.notice.appeal_decided.v1"

    sanction_id: UUID
    outcome: Literal["upheld", "reversed"]
    decided_at: datetime


class AccessEvent(Event, frozen=True, kw_only=True):
    """An event of one participant's access to the platform."""

    topic: ClassVar[str] = "review.access.v1"
    key_field: ClassVar[str] = "participant_id"

    participant_id: str


class AccessDecidedEvent(AccessEvent, frozen=True, kw_only=True):
    """What became of an application for access (P6.3); papers and reasons are read where they are kept."""

    application_id: UUID


class AccessGranted(AccessDecidedEvent, frozen=True, kw_only=True):
    """Approved, and certified by the identity provider: the board is open, without a new sign-in.

    `user_id` is the certified registrant: of an institution, its first administrator (BX6).
    """

    type: ClassVar[str] = "review.access.granted.v1"

    granted_at: datetime
    kind: Literal["person", "institution"] = "person"
    user_id: str | None = None


class AccessRefused(AccessDecidedEvent, frozen=True, kw_only=True):
    """Refused; the reasons are codes of the dated table."""

    type: ClassVar[str] = "review.access.refused.v1"

    reasons: list[str]
    refused_at: datetime


class AccessMoreAsked(AccessDecidedEvent, frozen=True, kw_only=True):
    """The reviewer asks for more before deciding."""

    type: ClassVar[str] = "review.access.more_asked.v1"

    asked_at: datetime


class AccessApplied(AccessDecidedEvent, frozen=True, kw_only=True):
    """Filed, or answered after more was asked: the application waits for a reviewer."""

    type: ClassVar[str] = "review.access.applied.v1"

    applied_at: datetime


class AccessStepEvent(AccessEvent, frozen=True, kw_only=True):
    """A step against a participant, or for conduct against one login of it (`user_id`)."""

    sanction_id: UUID
    user_id: str | None


class AccessSuspended(AccessStepEvent, frozen=True, kw_only=True):
    """Suspended by two people: what remains is the column of the matrix (P4.2)."""

    type: ClassVar[str] = "review.access.suspended.v1"

    ends_on: date | None
    suspended_at: datetime


class AccessTerminated(AccessStepEvent, frozen=True, kw_only=True):
    """Terminated by two people: all listings expire; own data, appeal and administrator remain."""

    type: ClassVar[str] = "review.access.terminated.v1"

    terminated_at: datetime


class AccessReinstated(AccessStepEvent, frozen=True, kw_only=True):
    """A suspension ended, or a termination was reversed: access revives, no listing does (P4.4).

    `status` is what remains where another step still stands.
    """

    type: ClassVar[str] = "review.access.reinstated.v1"

    by: Literal["persons", "date", "appeal"]
    status: Literal["active", "suspended", "terminated"]
    reinstated_at: datetime
