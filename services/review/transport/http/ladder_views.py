"""How notices and steps look over HTTP."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from review.application.commands.issue_notice import NoticeStanding
from review.application.commands.propose_step import StepStanding
from review.application.queries.sanctions import SanctionFile
from review.domain.appeal import Appeal
from review.domain.ladder import Ground
from review.domain.notice import Answer, Notice
from review.domain.sanction import Sanction

TEXT_MAX = 2000


class Strict(BaseModel):
    """A body with exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class SubjectModel(Strict):
    """A listing by its id, a participant by its id; for one login's conduct, `user_id` beside the participant's."""

    kind: Literal["listing", "participant", "user"] = Field(examples=["listing"])
    id: str = Field(min_length=1, max_length=80, examples=["0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"])
    user_id: str | None = Field(default=None, max_length=80)


class GroundModel(Strict):
    """A coded ground: a board rule's id, or a code of the dated table; `pointer` names the field it is about."""

    kind: Literal["rule", "field", "act"] = Field(examples=["field"])
    code: str = Field(max_length=40, examples=["field_untrue"])
    pointer: str = Field(default="", max_length=200, examples=["/pledgor/purpose"])


class NewNotice(Strict):
    """A demand for a correction (P4.1). Without a deadline, the ground's own is taken: three trading days."""

    subject: SubjectModel
    ground: GroundModel
    evidence: str = Field(min_length=1, max_length=TEXT_MAX, examples=["公开年报与所填用途不符"])
    deadline_trading_days: int | None = Field(default=None, examples=[3])


class Closing(Strict):
    """Why a notice is closed."""

    reason: Literal["corrected", "withdrawn"] = Field(examples=["corrected"])


class NewAnswer(Strict):
    """What a participant says to a notice."""

    text: str = Field(min_length=1, max_length=TEXT_MAX, examples=["已按要求更正"])


class NewStep(Strict):
    """A step on a notice whose deadline passed (P4.2); `ends_on` is its last day, where it has one."""

    notice_id: UUID
    step: Literal["restrict", "suspend", "terminate"] = Field(examples=["restrict"])
    statement: str = Field(min_length=1, max_length=TEXT_MAX, examples=["期限届满仍未更正"])
    ends_on: date | None = None


class StepDecision(Strict):
    """A second person's word (P4.3)."""

    approved: bool = Field(examples=[True])
    reason: str = Field(default="", max_length=TEXT_MAX)


class NewLift(Strict):
    """Why a step should be lifted."""

    reason: str = Field(min_length=1, max_length=TEXT_MAX, examples=["已更正"])


class Approval(Strict):
    """A second person's word."""

    approved: bool = Field(examples=[True])


class NewAppeal(Strict):
    """Why a step should not stand (P4.4)."""

    text: str = Field(min_length=1, max_length=TEXT_MAX, examples=["所涉事实已在期限内更正"])


class OutcomeProposal(Strict):
    """How the first of two people would decide an appeal."""

    outcome: Literal["upheld", "reversed"] = Field(examples=["reversed"])
    reason: str = Field(min_length=1, max_length=TEXT_MAX)


class GroundView(BaseModel):
    """Why, in both languages, and which steps may follow a missed deadline."""

    kind: str = Field(examples=["rule"])
    code: str = Field(examples=["B-AVAIL"])
    version: str
    pointer: str
    message_zh: str
    message_en: str
    steps: list[str] = Field(examples=[["restrict"]])

    @classmethod
    def of(cls, ground: Ground) -> "GroundView":
        """One ground."""
        return cls(
            kind=ground.kind,
            code=ground.code,
            version=ground.version,
            pointer=ground.pointer,
            message_zh=ground.message_zh,
            message_en=ground.message_en,
            steps=list(ground.steps),
        )


class AnswerView(BaseModel):
    """What a participant's login said."""

    by: str
    text: str
    at: datetime

    @classmethod
    def of(cls, answer: Answer) -> "AnswerView":
        """One answer."""
        return cls(**vars(answer))


class NoticeRow(BaseModel):
    """A notice as lists show it. `deadline_at` is unknown while the trading calendar does not reach that far."""

    id: UUID
    subject_kind: str = Field(examples=["listing"])
    subject_id: str
    ground: GroundView
    state: str = Field(examples=["open"], description="open, overdue or closed")
    issued_by: Literal["person", "rules"]
    issued_at: datetime
    deadline_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None

    @classmethod
    def of(cls, notice: Notice) -> "NoticeRow":
        """One notice."""
        return cls(
            id=notice.notice_id,
            subject_kind=notice.matter.kind,
            subject_id=notice.matter.id,
            ground=GroundView.of(notice.ground),
            state=notice.state,
            issued_by=notice.by,
            issued_at=notice.issued_at,
            deadline_at=notice.deadline_at,
            closed_at=notice.closed_at,
            close_reason=notice.close_reason,
        )


class NoticeView(NoticeRow):
    """A notice with its evidence and answers."""

    participant_id: str
    evidence: str
    overdue_since: datetime | None
    answers: list[AnswerView]

    @classmethod
    def of(cls, notice: Notice) -> "NoticeView":
        """One notice."""
        return cls(
            **NoticeRow.of(notice).model_dump(),
            participant_id=notice.matter.participant_id,
            evidence=notice.evidence,
            overdue_since=notice.overdue_since,
            answers=[AnswerView.of(one) for one in notice.answers],
        )


class NoticeStandingView(BaseModel):
    """How a notice stands after a command."""

    id: UUID
    state: str = Field(examples=["open"])
    deadline_at: datetime | None

    @classmethod
    def of(cls, standing: NoticeStanding) -> "NoticeStandingView":
        """How it stands."""
        return cls(id=standing.notice_id, state=standing.state, deadline_at=standing.deadline_at)


class StepStandingView(BaseModel):
    """How a step stands after a command."""

    id: UUID
    step: str = Field(examples=["restrict"])
    state: str = Field(examples=["in_force"])

    @classmethod
    def of(cls, standing: StepStanding) -> "StepStandingView":
        """How it stands."""
        return cls(id=standing.sanction_id, step=standing.step, state=standing.state)


class AppealView(BaseModel):
    """An appeal and how far it is."""

    text: str
    made_at: datetime
    decide_by: datetime | None
    outcome: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, appeal: Appeal) -> "AppealView":
        """One appeal."""
        return cls(
            text=appeal.text,
            made_at=appeal.made_at,
            decide_by=appeal.decide_by,
            outcome=appeal.outcome,
            decided_at=appeal.decided_at,
        )


class SanctionRow(BaseModel):
    """A step as its participant is told of it: what, why, until when, and until when it may be appealed against."""

    id: UUID
    notice_id: UUID
    step: str = Field(examples=["restrict"])
    subject_kind: str = Field(examples=["listing"])
    subject_id: str
    ground: GroundView
    statement: str
    state: str = Field(examples=["in_force"], description="proposed, rejected, in_force or ended")
    decided_at: datetime | None
    ends_on: date | None
    ended_at: datetime | None
    appeal_until: datetime | None
    appeal: AppealView | None

    @classmethod
    def of(cls, sanction: Sanction) -> "SanctionRow":
        """One step."""
        return cls(
            id=sanction.sanction_id,
            notice_id=sanction.notice_id,
            step=sanction.step,
            subject_kind=sanction.matter.kind,
            subject_id=sanction.matter.id,
            ground=GroundView.of(sanction.ground),
            statement=sanction.statement,
            state=sanction.state,
            decided_at=sanction.decided_at,
            ends_on=sanction.ends_on,
            ended_at=sanction.ended_at,
            appeal_until=sanction.appeal_until,
            appeal=AppealView.of(sanction.appeal) if sanction.appeal else None,
        )


class SanctionView(SanctionRow):
    """What a second person decides from: who proposed, the notice it stands on, and what is proposed since."""

    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    lift_proposed_by: str | None
    lift_reason: str | None
    outcome_proposed: str | None
    outcome_proposed_by: str | None
    notice: NoticeView

    @classmethod
    def of_file(cls, file: SanctionFile) -> "SanctionView":
        """One step with its notice."""
        sanction = file.sanction
        proposed = sanction.appeal.proposed if sanction.appeal else None
        return cls(
            **SanctionRow.of(sanction).model_dump(),
            proposed_by=sanction.proposed_by,
            proposed_at=sanction.proposed_at,
            decided_by=sanction.decided_by,
            lift_proposed_by=sanction.lift.by if sanction.lift else None,
            lift_reason=sanction.lift.reason if sanction.lift else None,
            outcome_proposed=proposed.outcome if proposed else None,
            outcome_proposed_by=proposed.by if proposed else None,
            notice=NoticeView.of(file.notice),
        )
