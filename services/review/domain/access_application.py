"""An application for access by one without an account, from its draft to a certified identity (P6.2, P6.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, FieldError, Refusal
from review.domain.access_terms import RefusalReason
from review.domain.attachment import PROOFS, Attachment
from review.domain.case import CLAIM_LASTS, CaseClaimedByAnother, CaseNotClaimed, Claim
from review.domain.reviewer import OwnOrRelatedMatter, Reviewer

ApplicationState = Literal["draft", "filed", "more_asked", "certifying", "approved", "refused"]
ApplicantKind = Literal["person", "institution"]
ENDED: frozenset[ApplicationState] = frozenset({"approved", "refused"})
WORDS_MAX = 2000
EXCHANGES_MAX = 20


class ApplicationNotFound(Refusal):
    """There is no such application, or it is not the reader's."""

    slug: ClassVar[str] = "application-not-found"
    title_zh: ClassVar[str] = "未找到该申请"
    title_en: ClassVar[str] = "There is no such application"


class ApplicationNotOpen(Refusal):
    """In its present state this cannot be done; `state` says which that is."""

    slug: ClassVar[str] = "application-not-open"
    title_zh: ClassVar[str] = "申请当前状态不允许此操作"
    title_en: ClassVar[str] = "The application's state does not allow this"


class ApplicationIncomplete(Refusal):
    """Something mandatory is empty, or no paper proves the identity; the errors name it."""

    slug: ClassVar[str] = "application-incomplete"
    title_zh: ClassVar[str] = "申请内容不完整"
    title_en: ClassVar[str] = "The application is not complete"


class AccessAlreadyOpen(Refusal):
    """The board is open to this participant: there is nothing to apply for."""

    slug: ClassVar[str] = "access-already-open"
    title_zh: ClassVar[str] = "已具有使用资格，无需申请"
    title_en: ClassVar[str] = "You have access already"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Who applies: the uncertified identity (P6.2). Personal data: kept here, said to nobody but the provider."""

    kind: ApplicantKind
    name: str
    document_type: str
    document_number: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is filled in."""

    applicant: Applicant
    category: str
    purpose: str
    contact_person: str
    contact_channel: str

    def missing(self) -> list[FieldError]:
        """What is still empty."""
        fields = {
            "/applicant/name": self.applicant.name,
            "/applicant/document_type": self.applicant.document_type,
            "/applicant/document_number": self.applicant.document_number,
            "/purpose": self.purpose,
            "/contact_person": self.contact_person,
            "/contact_channel": self.contact_channel,
        }
        return [_wrong(name, "required", "必填", "is required") for name, value in fields.items() if not value.strip()]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A reviewer's question, and the applicant's answer once it is there."""

    question: str
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ApplicationFact(Fact):
    """Something that happened to an application."""

    application_id: UUID
    participant_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Applied(ApplicationFact):
    """It waits for a reviewer: filed, or answered."""


@dataclass(frozen=True, kw_only=True)
class MoreAsked(ApplicationFact):
    """The reviewer asks for more."""


@dataclass(frozen=True, kw_only=True)
class Refused(ApplicationFact):
    """Refused with coded reasons."""

    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Granted(ApplicationFact):
    """Approved, and certified: as what, and which login registered it."""

    kind: ApplicantKind
    user_id: str


@dataclass(kw_only=True)
class AccessApplication:
    """One application. `failure` is what the identity provider said when it would not certify."""

    application_id: UUID
    participant_id: str
    user_id: str
    statement: Statement
    begun_at: datetime
    state: ApplicationState = "draft"
    attachments: tuple[Attachment, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    reasons: tuple[RefusalReason, ...] = ()
    claim: Claim | None = None
    filed_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    failure: str | None = None
    row_version: int = 0
    facts: list[Fact] = field(default_factory=list)

    def restate(self, statement: Statement) -> None:
        """Fills it in anew, before it is filed or when more was asked."""
        self._require("draft", "more_asked")
        self.statement = statement

    def add(self, attachment: Attachment) -> None:
        """One more paper, before it is filed or when more was asked."""
        self._require("draft", "more_asked")
        self.attachments = (*self.attachments, attachment)

    def file(self, *, categories: Sequence[str], at: datetime) -> None:
        """Hands it to the reviewers.

        Raises:
            ApplicationNotOpen: it was filed already.
            ApplicationIncomplete: naming each field, and the paper that proves the identity where there is none.
        """
        self._require("draft")
        self._require_complete(categories)
        self.state, self.filed_at = "filed", at
        self.facts.append(Applied(application_id=self.application_id, participant_id=self.participant_id, at=at))

    def answer(self, words: str, *, categories: Sequence[str], at: datetime) -> None:
        """Answers what was asked, and goes back to the reviewers."""
        self._require("more_asked")
        self._require_complete(categories)
        self.exchanges = (*self.exchanges[:-1], replace(self.exchanges[-1], answer=words, answered_at=at))
        self.state = "filed"
        self.facts.append(Applied(application_id=self.application_id, participant_id=self.participant_id, at=at))

    def claim_for(self, reviewer: Reviewer, *, now: datetime) -> Claim:
        """One reviewer at a time, for half an hour, renewable.

        Raises:
            OwnOrRelatedMatter: it is the reviewer's own.
            ApplicationNotOpen: it waits for no reviewer.
            CaseClaimedByAnother: somebody else's claim still stands.
        """
        self._require_unrelated(reviewer)
        self._require("filed")
        if self.claim and self.claim.by != reviewer.user_id and self.claim.holds(now):
            raise CaseClaimedByAnother(until=self.claim.until.isoformat())
        self.claim = Claim(by=reviewer.user_id, until=now + CLAIM_LASTS)
        return self.claim

    def require_claimed_by(self, reviewer: Reviewer, *, now: datetime) -> None:
        """Refuses whoever has not claimed it.

        Raises:
            OwnOrRelatedMatter, CaseNotClaimed: it is their own; not claimed, lapsed, or another's.
        """
        self._require_unrelated(reviewer)
        if self.claim is None or self.claim.by != reviewer.user_id or not self.claim.holds(now):
            raise CaseNotClaimed

    def ask(self, question: str, reviewer: Reviewer, *, now: datetime) -> None:
        """Asks for more before deciding."""
        self._decide(reviewer, now=now)
        if len(self.exchanges) >= EXCHANGES_MAX:
            raise ApplicationNotOpen(state=self.state, questions_max=EXCHANGES_MAX)
        self.exchanges = (*self.exchanges, Exchange(question=question, asked_at=now))
        self.state, self.claim = "more_asked", None
        self.facts.append(MoreAsked(application_id=self.application_id, participant_id=self.participant_id, at=now))

    def refuse(self, reasons: tuple[RefusalReason, ...], reviewer: Reviewer, *, now: datetime) -> None:
        """Refuses with coded reasons; a new application may follow."""
        self._decide(reviewer, now=now)
        self.state, self.reasons, self.claim = "refused", reasons, None
        self.decided_at, self.decided_by = now, reviewer.user_id
        codes = tuple(one.code for one in reasons)
        self.facts.append(
            Refused(application_id=self.application_id, participant_id=self.participant_id, at=now, codes=codes)
        )

    def approve(self, reviewer: Reviewer, *, now: datetime) -> None:
        """The reviewer's word; access follows when the identity is certified, never before."""
        self._decide(reviewer, now=now)
        self.state, self.claim, self.failure = "certifying", None, None
        self.decided_at, self.decided_by = now, reviewer.user_id

    def certified(self, *, at: datetime) -> None:
        """The identity provider has certified the applicant: the application is approved."""
        self._require("certifying")
        self.state = "approved"
        self.facts.append(
            Granted(
                application_id=self.application_id,
                participant_id=self.participant_id,
                at=at,
                kind=self.statement.applicant.kind,
                user_id=self.user_id,
            )
        )

    def not_certified(self, failure: str) -> None:
        """The identity provider will not certify: the application goes back to the reviewers, who are told why."""
        self._require("certifying")
        self.state, self.failure = "filed", failure
        self.decided_at, self.decided_by = None, None

    def _decide(self, reviewer: Reviewer, *, now: datetime) -> None:
        self._require("filed")
        self.require_claimed_by(reviewer, now=now)

    def _require(self, *states: ApplicationState) -> None:
        if self.state not in states:
            raise ApplicationNotOpen(state=self.state)

    def _require_complete(self, categories: Sequence[str]) -> None:
        errors = self.statement.missing()
        if self.statement.category not in categories:
            known = ", ".join(categories)
            errors.append(_wrong("/category", "unknown_code", f"须为 {known} 之一", f"must be one of {known}"))
        if not PROOFS & {one.kind for one in self.attachments}:
            errors.append(
                _wrong("/attachments", "proof", "须附身份证件或营业执照", "attach an identity document or a licence")
            )
        if errors:
            raise ApplicationIncomplete(errors=errors, missing=[one.pointer.lstrip("/") for one in errors])

    def _require_unrelated(self, reviewer: Reviewer) -> None:
        if reviewer.participant_id == self.participant_id or reviewer.user_id == self.user_id:
            raise OwnOrRelatedMatter


def _wrong(pointer: str, rule: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(pointer=pointer, rule=rule, message_zh=message_zh, message_en=message_en)
