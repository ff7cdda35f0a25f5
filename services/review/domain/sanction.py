"""A step after a missed deadline: restrict, suspend, terminate; proposed by one person, approved by another (P4.2)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal
from review.domain.appeal import (
    AlreadyAppealed,
    Appeal,
    AppealNotOpen,
    AppealTooLate,
    Outcome,
    ProposedOutcome,
    TookPart,
)
from review.domain.ladder import Ground, Matter, Step
from review.domain.notice import Notice
from review.domain.reviewer import Reviewer
from review.domain.step import StepNotAllowed, bound_by, require_end, require_overdue, require_step

SanctionState = Literal["proposed", "rejected", "in_force", "ended"]
EndedBy = Literal["persons", "date", "appeal"]


class SanctionNotFound(Refusal):
    """No such step for this reader."""

    denial = True
    slug: ClassVar[str] = "sanction-not-found"
    title_zh: ClassVar[str] = "没有此措施"
    title_en: ClassVar[str] = "There is no such step"


class StepNotPending(Refusal):
    """The step is not in the state that this act needs."""

    slug: ClassVar[str] = "step-not-pending"
    title_zh: ClassVar[str] = "该措施当前不能如此处理"
    title_en: ClassVar[str] = "The step is not in a state for this"


class SamePerson(Refusal):
    """Who proposes does not approve."""

    denial = True
    slug: ClassVar[str] = "same-person"
    title_zh: ClassVar[str] = "提出人不得自行批准"
    title_en: ClassVar[str] = "Who proposes does not approve"


@dataclass(frozen=True, kw_only=True)
class LiftProposed:
    """Somebody would lift it."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StepTaken(Fact):
    """A step is in force: two people have decided it."""

    sanction_id: UUID
    notice_id: UUID
    step: Step
    matter: Matter
    ground: Ground
    ends_on: date | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StepEnded(Fact):
    """A step is no longer in force. `remaining` is the severest that still binds the same subject."""

    sanction_id: UUID
    step: Step
    matter: Matter
    by: EndedBy
    remaining: Step | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StepAppealed(Fact):
    """The participant appealed; the step stands meanwhile."""

    sanction_id: UUID
    matter: Matter
    decide_by: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Fact):
    """Two people who took no part have decided."""

    sanction_id: UUID
    matter: Matter
    outcome: Outcome
    at: datetime


@dataclass(kw_only=True)
class Sanction:
    """The aggregate. `notice_by` issued the notice it stands on: that person took part in the step as well."""

    sanction_id: UUID
    notice_id: UUID
    notice_by: str
    step: Step
    matter: Matter
    ground: Ground
    statement: str
    proposed_by: str
    proposed_at: datetime
    ends_on: date | None = None
    state: SanctionState = "proposed"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    appeal_until: datetime | None = None
    lift: LiftProposed | None = None
    lifted_by: str | None = None
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None
    appeal: Appeal | None = None
    row_version: int = 0
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def propose(  # noqa: PLR0913  # what a proposal says
        cls,
        *,
        sanction_id: UUID,
        notice: Notice,
        step: Step,
        statement: str,
        ends_on: date | None,
        person: Reviewer,
        today: date,
        at: datetime,
    ) -> "Sanction":
        """Somebody proposes a step on a notice that was missed.

        Raises:
            OwnOrRelatedMatter, NoticeNotOverdue, StepNotAllowed, EndInvalid: the proposal cannot stand.
        """
        person.require_no_tie(notice.matter)
        require_overdue(notice)
        require_step(step, notice)
        require_end(step, ends_on, today)
        return cls(
            sanction_id=sanction_id,
            notice_id=notice.notice_id,
            notice_by=notice.issued_by,
            step=step,
            matter=bound_by(step, notice.matter),
            ground=notice.ground,
            statement=statement,
            proposed_by=person.user_id,
            proposed_at=at,
            ends_on=ends_on,
        )

    def approve(self, notice: Notice, person: Reviewer, *, appeal_until: datetime | None, at: datetime) -> None:
        """A second person makes it so; the notice must still be missed.

        Raises:
            StepNotPending, SamePerson, OwnOrRelatedMatter, NoticeNotOverdue: it cannot be.
        """
        self._require_second(person)
        require_overdue(notice)
        self.state, self.decided_by, self.decided_at = "in_force", person.user_id, at
        self.appeal_until = appeal_until
        self.facts.append(
            StepTaken(
                sanction_id=self.sanction_id,
                notice_id=self.notice_id,
                step=self.step,
                matter=self.matter,
                ground=self.ground,
                ends_on=self.ends_on,
                at=at,
            )
        )

    def reject(self, person: Reviewer, reason: str, *, at: datetime) -> None:
        """A second person says no.

        Raises:
            StepNotPending, SamePerson, OwnOrRelatedMatter: it cannot be.
        """
        self._require_second(person)
        self.state, self.decided_by, self.decided_at, self.decision_reason = "rejected", person.user_id, at, reason

    def propose_lift(self, person: Reviewer, reason: str, *, at: datetime) -> None:
        """Somebody would lift it; a termination ends by appeal alone (P4.3).

        Raises:
            StepNotPending, StepNotAllowed, OwnOrRelatedMatter: it cannot be.
        """
        person.require_no_tie(self.matter)
        self._require("in_force")
        if self.step == "terminate":
            raise StepNotAllowed(step="terminate", way="appeal")
        if self.lift is not None:
            raise StepNotPending(state="lift_proposed")
        self.lift = LiftProposed(by=person.user_id, reason=reason, at=at)

    def decide_lift(self, person: Reviewer, *, approved: bool, remaining: Step | None, at: datetime) -> None:
        """A second person lifts it, or lets it stand.

        Raises:
            StepNotPending, SamePerson, OwnOrRelatedMatter: it cannot be.
        """
        person.require_no_tie(self.matter)
        self._require("in_force")
        if self.lift is None:
            raise StepNotPending(state=self.state)
        if self.lift.by == person.user_id:
            raise SamePerson
        self.lift, self.lifted_by = None, person.user_id if approved else None
        if approved:
            self._end("persons", remaining, at=at)

    def end_by_date(self, *, remaining: Step | None, today: date, at: datetime) -> bool:
        """Ends on the day after its last; says whether it did."""
        if self.state != "in_force" or self.ends_on is None or today <= self.ends_on:
            return False
        self._end("date", remaining, at=at)
        return True

    def make_appeal(self, text: str, *, by: str, decide_by: datetime | None, at: datetime) -> None:
        """The participant appeals.

        Raises:
            StepNotPending, AlreadyAppealed, AppealTooLate: it cannot, or can no more.
        """
        if self.appeal is not None:
            raise AlreadyAppealed(made_at=self.appeal.made_at)
        self._require("in_force")
        if self.appeal_until is not None and at >= self.appeal_until:
            raise AppealTooLate(until=self.appeal_until)
        self.appeal = Appeal(made_by=by, text=text, made_at=at, decide_by=decide_by)
        self.facts.append(StepAppealed(sanction_id=self.sanction_id, matter=self.matter, decide_by=decide_by, at=at))

    def propose_outcome(self, outcome: Outcome, reason: str, person: Reviewer, *, at: datetime) -> None:
        """The first of two says how they would decide.

        Raises:
            AppealNotOpen, TookPart, OwnOrRelatedMatter: it cannot be.
        """
        appeal = self._open_appeal(person)
        if appeal.proposed is not None:
            raise AppealNotOpen(state="outcome_proposed")
        self.appeal = replace(
            appeal, proposed=ProposedOutcome(outcome=outcome, reason=reason, by=person.user_id, at=at)
        )

    def decide_appeal(self, person: Reviewer, *, approved: bool, remaining: Step | None, at: datetime) -> None:
        """The second of two agrees, or sends the appeal back to be proposed anew.

        Raises:
            AppealNotOpen, TookPart, SamePerson, OwnOrRelatedMatter: it cannot be.
        """
        appeal = self._open_appeal(person)
        proposed = appeal.proposed
        if proposed is None:
            raise AppealNotOpen(state="no_outcome_proposed")
        if proposed.by == person.user_id:
            raise SamePerson
        if not approved:
            self.appeal = replace(appeal, proposed=None)
            return
        decided_by = (proposed.by, person.user_id)
        self.appeal = replace(appeal, outcome=proposed.outcome, decided_by=decided_by, decided_at=at)
        self.facts.append(
            AppealDecided(sanction_id=self.sanction_id, matter=self.matter, outcome=proposed.outcome, at=at)
        )
        if proposed.outcome == "reversed" and self.state == "in_force":
            self._end("appeal", remaining, at=at)

    @property
    def took_part(self) -> frozenset[str]:
        """Everybody who had a hand in the step."""
        lift = (self.lift.by,) if self.lift else ()
        return frozenset(one for one in (self.notice_by, self.proposed_by, self.decided_by, *lift) if one)

    def _open_appeal(self, person: Reviewer) -> Appeal:
        person.require_no_tie(self.matter)
        if self.appeal is None or self.appeal.outcome is not None:
            raise AppealNotOpen(state="none" if self.appeal is None else "decided")
        if person.user_id in self.took_part:
            raise TookPart
        return self.appeal

    def _end(self, by: EndedBy, remaining: Step | None, *, at: datetime) -> None:
        self.state, self.ended_by, self.ended_at, self.lift = "ended", by, at, None
        self.facts.append(
            StepEnded(
                sanction_id=self.sanction_id,
                step=self.step,
                matter=self.matter,
                by=by,
                remaining=remaining,
                at=at,
            )
        )

    def _require_second(self, person: Reviewer) -> None:
        person.require_no_tie(self.matter)
        self._require("proposed")
        if self.proposed_by == person.user_id:
            raise SamePerson

    def _require(self, state: SanctionState) -> None:
        if self.state != state:
            raise StepNotPending(state=self.state)
