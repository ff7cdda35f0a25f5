"""A demand for a correction 催告: ground, evidence, deadline; answered, closed, or overdue by the clock (P4.1)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal
from finance.calendar import TradingCalendar
from review.domain.ladder import Ground, Matter, Term
from review.domain.reviewer import Reviewer

NoticeState = Literal["open", "overdue", "closed"]
CloseReason = Literal["corrected", "withdrawn", "rule_passed", "subject_ended"]
Issuer = Literal["person", "rules"]
RULES = "rules"
ANSWERS_MAX = 50


class NoticeNotFound(Refusal):
    """No such notice for this reader."""

    denial = True
    slug: ClassVar[str] = "notice-not-found"
    title_zh: ClassVar[str] = "没有此催告"
    title_en: ClassVar[str] = "There is no such notice"


class NoticeIsClosed(Refusal):
    """Nothing is demanded any more."""

    slug: ClassVar[str] = "notice-closed"
    title_zh: ClassVar[str] = "该催告已关闭"
    title_en: ClassVar[str] = "The notice is closed"


class NotTheIssuer(Refusal):
    """A notice is closed by who issued it; one that a rule opened closes when the rule passes (P4.1)."""

    slug: ClassVar[str] = "not-the-issuer"
    title_zh: ClassVar[str] = "仅签发人可以关闭该催告"
    title_en: ClassVar[str] = "Only its issuer closes a notice"


class TooManyAnswers(Refusal):
    """An exchange belongs into the conversation with the administrator."""

    slug: ClassVar[str] = "too-many-answers"
    title_zh: ClassVar[str] = "答复次数已达上限，请与管理员会话"
    title_en: ClassVar[str] = "The notice takes no more answers; write to the administrator"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the participant says to it, and which login said it."""

    by: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeIssued(Fact):
    """A correction is demanded."""

    notice_id: UUID
    matter: Matter
    by: Issuer
    ground: Ground
    deadline_at: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeAnswered(Fact):
    """The participant answered."""

    notice_id: UUID
    matter: Matter
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeOverdue(Fact):
    """The deadline passed and it stands."""

    notice_id: UUID
    matter: Matter
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeClosed(Fact):
    """Nothing is demanded any more."""

    notice_id: UUID
    matter: Matter
    reason: CloseReason
    at: datetime


@dataclass(kw_only=True)
class Notice:
    """The aggregate. `issued_by` is a login, or `rules` where the daily check opened it."""

    notice_id: UUID
    matter: Matter
    ground: Ground
    evidence: str
    issued_by: str
    issued_at: datetime
    term: Term
    deadline_at: datetime | None
    state: NoticeState = "open"
    answers: tuple[Answer, ...] = ()
    overdue_since: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    close_reason: CloseReason | None = None
    row_version: int = 0
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def issue(  # noqa: PLR0913  # what a notice says
        cls,
        *,
        notice_id: UUID,
        matter: Matter,
        ground: Ground,
        evidence: str,
        issued_by: str,
        term: Term,
        calendar: TradingCalendar | None,
        at: datetime,
    ) -> "Notice":
        """Demands a correction."""
        notice = cls(
            notice_id=notice_id,
            matter=matter,
            ground=ground,
            evidence=evidence,
            issued_by=issued_by,
            issued_at=at,
            term=term,
            deadline_at=term.end(at, calendar),
        )
        notice.facts.append(
            NoticeIssued(
                notice_id=notice_id,
                matter=matter,
                by=notice.by,
                ground=ground,
                deadline_at=notice.deadline_at,
                at=at,
            )
        )
        return notice

    @property
    def by(self) -> Issuer:
        """Whether a person demands it, or a rule that failed."""
        return "rules" if self.issued_by == RULES else "person"

    @property
    def stands(self) -> bool:
        """Whether something is still demanded."""
        return self.state != "closed"

    def answer(self, text: str, *, by: str, at: datetime) -> None:
        """The participant says something to it; a late answer is one too.

        Raises:
            NoticeIsClosed, TooManyAnswers: nothing more is taken.
        """
        self._require_standing()
        if len(self.answers) >= ANSWERS_MAX:
            raise TooManyAnswers(limit=ANSWERS_MAX)
        self.answers = (*self.answers, Answer(by=by, text=text, at=at))
        self.facts.append(NoticeAnswered(notice_id=self.notice_id, matter=self.matter, by=by, at=at))

    def close(self, reason: Literal["corrected", "withdrawn"], person: Reviewer, *, at: datetime) -> None:
        """Its issuer closes it.

        Raises:
            NotTheIssuer: another did, or a rule.
            NoticeIsClosed: it is closed already.
        """
        self._require_standing()
        if person.user_id != self.issued_by:
            raise NotTheIssuer(issued_by=self.by)
        self._close(reason, by=person.user_id, at=at)

    def rule_passed(self, *, at: datetime) -> None:
        """The rule it stands on passes again."""
        self._close("rule_passed", by=RULES, at=at)

    def subject_ended(self, *, at: datetime) -> None:
        """The listing it is about expired or was deleted."""
        self._close("subject_ended", by=RULES, at=at)

    def come_due(self, calendar: TradingCalendar | None, *, at: datetime) -> None:
        """The clock looks at it: overdue once its deadline has passed; a deadline the calendar lacked may be known."""
        if self.state != "open":
            return
        self.deadline_at = self.deadline_at or self.term.end(self.issued_at, calendar)
        if self.deadline_at is None or at < self.deadline_at:
            return
        self.state, self.overdue_since = "overdue", at
        self.facts.append(NoticeOverdue(notice_id=self.notice_id, matter=self.matter, at=at))

    def _close(self, reason: CloseReason, *, by: str, at: datetime) -> None:
        self.state, self.close_reason, self.closed_by, self.closed_at = "closed", reason, by, at
        self.facts.append(NoticeClosed(notice_id=self.notice_id, matter=self.matter, reason=reason, at=at))

    def _require_standing(self) -> None:
        if not self.stands:
            raise NoticeIsClosed(closed_at=self.closed_at, reason=self.close_reason)
