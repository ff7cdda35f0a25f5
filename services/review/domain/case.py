"""The verification case of one submitted version: waits, is decided, or goes through a person's hands."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal
from review.domain.decision import DecidedBy, Decision
from review.domain.listing_content import ListingContent
from review.domain.reviewer import ReturnReason, Reviewer
from review.domain.verification import RuleResult

State = Literal["waiting", "needs_person", "approved", "returned", "closed"]
CLAIM_LASTS = timedelta(minutes=30)


class CaseNotFound(Refusal):
    """There is no such case, or it is not the reader's."""

    slug: ClassVar[str] = "case-not-found"
    title_zh: ClassVar[str] = "未找到该核验事项"
    title_en: ClassVar[str] = "There is no such case"


class CaseClaimedByAnother(Refusal):
    """One reviewer at a time; the claim lapses by itself."""

    slug: ClassVar[str] = "case-claimed-by-another"
    title_zh: ClassVar[str] = "该事项已由其他审核人员认领"
    title_en: ClassVar[str] = "Another reviewer has claimed this case"


class CaseNotClaimed(Refusal):
    """A case is read and decided by the reviewer who has claimed it."""

    slug: ClassVar[str] = "case-not-claimed"
    title_zh: ClassVar[str] = "请先认领该事项"
    title_en: ClassVar[str] = "Claim the case first"


class CaseNotInQueue(Refusal):
    """Only a case that asks for a person can be claimed and decided by one."""

    slug: ClassVar[str] = "case-not-in-queue"
    title_zh: ClassVar[str] = "该事项不在待审队列中"
    title_en: ClassVar[str] = "The case is not in the queue"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One reviewer's hold on a case; it has lapsed from `until` on."""

    by: str
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it still stands."""
        return now < self.until


@dataclass(frozen=True, kw_only=True)
class CaseFact(Fact):
    """Something that happened to a case."""

    case_id: UUID
    listing_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class CaseApproved(CaseFact):
    """The version may be published on one day (any day where `publishable_on` is None)."""

    by: DecidedBy
    publishable_on: date | None
    snapshot_date: date | None
    snapshot_revision: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseReturned(CaseFact):
    """The version goes back: rules' results or a reviewer's coded reasons."""

    by: DecidedBy
    results: tuple[RuleResult, ...]
    reasons: tuple[ReturnReason, ...]
    snapshot_date: date | None
    snapshot_revision: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseNeedsPerson(CaseFact):
    """The case stands in the queue."""

    results: tuple[RuleResult, ...]
    since: datetime


@dataclass(frozen=True, kw_only=True)
class CaseWaits(CaseFact):
    """The snapshot it needs is not complete."""

    snapshot_date: date
    since: datetime


@dataclass(kw_only=True)
class VerificationCase:
    """One version on its way through review.

    `rule_ids` are the rules its last decision hung on; `approved_by` is the reviewer whose approval still waits for
    the right snapshot; `tried` names the last run over waiting cases that has looked at this one.
    """

    case_id: UUID
    listing_id: UUID
    version: int
    participant_id: str
    content: ListingContent
    submitted_at: datetime
    state: State = "waiting"
    waits_for: date | None = None
    queued_since: datetime | None = None
    publishable_on: date | None = None
    approved_by: str | None = None
    decided_at: datetime | None = None
    decision_id: UUID | None = None
    rule_ids: tuple[str, ...] = ()
    reasons: tuple[ReturnReason, ...] = ()
    claim: Claim | None = None
    tried: str | None = None
    row_version: int = 0
    facts: list[Fact] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.state in ("waiting", "needs_person")

    def reopen(self, content: ListingContent, *, submitted_at: datetime) -> None:
        """A withdrawn or returned version was submitted again: everything begins anew."""
        self.content, self.submitted_at = content, submitted_at
        self.state, self.waits_for, self.queued_since, self.claim = "waiting", None, None, None
        self.approved_by, self.decided_at, self.decision_id, self.publishable_on = None, None, None, None
        self.reasons, self.rule_ids, self.tried = (), (), None

    def wait(self, snapshot_date: date, *, now: datetime) -> None:
        """Waits for the end of a day; said once per day waited for."""
        if self.state == "waiting" and self.waits_for == snapshot_date:
            return
        self.state, self.waits_for, self.claim = "waiting", snapshot_date, None
        self.facts.append(
            CaseWaits(
                case_id=self.case_id,
                listing_id=self.listing_id,
                version=self.version,
                snapshot_date=snapshot_date,
                since=now,
            )
        )

    def decide(self, decision: Decision) -> None:
        """Follows the rules' outcome; a reviewer's approval stands in for the rules that ask for a person."""
        self.waits_for, self.claim = None, None
        self.decision_id = decision.decision_id
        self.rule_ids = tuple(dict.fromkeys(one.rule_id for one in decision.verification.reasons))
        if decision.outcome == "returned":
            self._return(decision, by="rules", at=decision.decided_at)
        elif decision.outcome == "needs_person" and self.approved_by is None:
            self._queue(decision)
        else:
            self._approve(decision)

    def claim_for(self, reviewer: Reviewer, *, now: datetime) -> None:
        """Claims or renews.

        Raises:
            CaseNotInQueue: it asks for no person.
            CaseClaimedByAnother: somebody else's claim still stands.
            OwnOrRelatedMatter: the matter is the reviewer's own or a related participant's.
        """
        reviewer.require_unrelated(self.participant_id, self.content)
        self._require_in_queue()
        if self.claim and self.claim.by != reviewer.user_id and self.claim.holds(now):
            raise CaseClaimedByAnother(until=self.claim.until.isoformat())
        self.claim = Claim(by=reviewer.user_id, until=now + CLAIM_LASTS)

    def lapse(self, *, now: datetime) -> None:
        """Lets go of a claim whose time is over; a renewed one stays."""
        if self.claim and not self.claim.holds(now):
            self.claim = None

    def require_claimed_by(self, reviewer: Reviewer, *, now: datetime) -> None:
        """Refuses whoever has not claimed the case.

        Raises:
            CaseNotInQueue: it asks for no person any more.
            CaseNotClaimed: not claimed, lapsed, or another's.
        """
        reviewer.require_unrelated(self.participant_id, self.content)
        self._require_in_queue()
        if self.claim is None or self.claim.by != reviewer.user_id or not self.claim.holds(now):
            raise CaseNotClaimed

    def approve(self, reviewer: Reviewer, *, now: datetime) -> None:
        """The reviewer's word; the rules run once more on the snapshot of the day (P11.1) before it is said."""
        self.require_claimed_by(reviewer, now=now)
        self.approved_by = reviewer.user_id

    def return_with(
        self, reasons: tuple[ReturnReason, ...], reviewer: Reviewer, *, decision: Decision | None, now: datetime
    ) -> None:
        """Sends the version back with coded reasons; `decision` is the one the reviewer looked at."""
        self.require_claimed_by(reviewer, now=now)
        self.claim, self.reasons = None, reasons
        self._return(decision, by="reviewer", at=now)

    def close(self) -> None:
        """The version is gone (withdrawn, superseded, expired, deleted): nothing is decided any more."""
        if self.is_open:
            self.state, self.claim, self.waits_for = "closed", None, None

    @property
    def _by(self) -> DecidedBy:
        return "reviewer" if self.approved_by else "rules"

    def _require_in_queue(self) -> None:
        if self.state != "needs_person":
            raise CaseNotInQueue(state=self.state)

    def _queue(self, decision: Decision) -> None:
        self.state = "needs_person"
        self.queued_since = self.queued_since or decision.decided_at
        self.facts.append(
            CaseNeedsPerson(
                case_id=self.case_id,
                listing_id=self.listing_id,
                version=self.version,
                results=decision.verification.reasons,
                since=self.queued_since,
            )
        )

    def _approve(self, decision: Decision) -> None:
        used = decision.holding_snapshot
        self.state, self.decided_at = "approved", decision.decided_at
        self.publishable_on = decision.day if self.content.area == "pledgor" else None
        self.facts.append(
            CaseApproved(
                case_id=self.case_id,
                listing_id=self.listing_id,
                version=self.version,
                by=self._by,
                publishable_on=self.publishable_on,
                snapshot_date=used.business_date if used else None,
                snapshot_revision=used.revision if used else None,
                at=decision.decided_at,
            )
        )

    def _return(self, decision: Decision | None, *, by: DecidedBy, at: datetime) -> None:
        used = decision.holding_snapshot if decision else None
        self.state, self.decided_at, self.publishable_on = "returned", at, None
        self.facts.append(
            CaseReturned(
                case_id=self.case_id,
                listing_id=self.listing_id,
                version=self.version,
                by=by,
                results=decision.verification.reasons if decision and by == "rules" else (),
                reasons=self.reasons,
                snapshot_date=used.business_date if used else None,
                snapshot_revision=used.revision if used else None,
                at=at,
            )
        )
