"""How registration cases and checklists look over HTTP."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from listing.application.commands.change_registration import RegistrationStanding
from listing.application.queries.registration import RegistrationFile
from listing.domain.checklist import ChecklistItem
from listing.domain.registration import Question
from listing.domain.registration_case import RegistrationCase, Tick
from listing.transport.http.contents import Strict


class NewTick(Strict):
    """A paper that is there: its own reference and date, as far as it has them."""

    reference: str = Field(default="", max_length=200, examples=["合同第2026-017号"])
    dated: date | None = Field(default=None, examples=["2026-03-31"])


class NumberModel(Strict):
    """The registration's number as the depository writes it."""

    number: str = Field(max_length=40, examples=["ZY-2026-000123"])


class StageModel(Strict):
    """How far a side says it is; `registered` comes from the depository alone."""

    stage: Literal["preparing", "filed", "abandoned"] = Field(examples=["filed"])


class RegistrationAnswer(Strict):
    """Whether the registration asked about is the listing's."""

    number: str = Field(max_length=40, examples=["ZY-2026-000123"])
    is_it: bool = Field(examples=[True])


class ChecklistItemView(BaseModel):
    """One paper. `by`: G pledgor, E pledgee, B both, C company, A applicant; `evidence` says how sure it is."""

    id: str = Field(examples=["C-SEC-1"])
    steps: list[str] = Field(examples=[["S"]])
    by: str = Field(examples=["B"])
    evidence: str = Field(examples=["rule"], description="rule, judgement, or to_confirm with the depository")
    document_zh: str
    document_en: str
    proves_zh: str
    proves_en: str

    @classmethod
    def of(cls, item: ChecklistItem) -> Self:
        """One item."""
        return cls(
            id=item.id,
            steps=list(item.steps),
            by=item.by,
            evidence=item.evidence,
            document_zh=item.document_zh,
            document_en=item.document_en,
            proves_zh=item.proves_zh,
            proves_en=item.proves_en,
        )


class TickView(BaseModel):
    """Who ticked an item, when, and on which paper."""

    reference: str
    dated: date | None
    by: str
    participant_id: str
    at: datetime

    @classmethod
    def of(cls, tick: Tick | None) -> Self | None:
        """One tick."""
        if tick is None:
            return None
        return cls(
            reference=tick.reference, dated=tick.dated, by=tick.by, participant_id=tick.participant_id, at=tick.at
        )


class CaseItemView(ChecklistItemView):
    """An item of a case's checklist with its tick."""

    tick: TickView | None

    @classmethod
    def ticked(cls, item: ChecklistItem, tick: Tick | None) -> Self:
        """One item."""
        return cls(**ChecklistItemView.of(item).model_dump(), tick=TickView.of(tick))


class RegistrationRow(BaseModel):
    """A case as lists show it."""

    id: UUID
    variant: str = Field(examples=["SEC"])
    stage: str = Field(examples=["preparing"], description="preparing, filed, registered or abandoned")
    opened_at: datetime
    registered_on: date | None
    released_on: date | None

    @classmethod
    def of(cls, case: RegistrationCase) -> Self:
        """One case."""
        return cls(
            id=case.id,
            variant=case.variant,
            stage=case.stage,
            opened_at=case.opened_at,
            registered_on=case.registered_on,
            released_on=case.released_on,
        )


class RegistrationMetadata(RegistrationRow):
    """What supervisors and auditors see of it: no side, no number, no paper."""

    view: Literal["metadata"] = "metadata"
    ticked: int = Field(description="How many items are ticked")
    items: int

    @classmethod
    def of_file(cls, file: RegistrationFile) -> Self:
        """One case."""
        row = RegistrationRow.of(file.case).model_dump()
        return cls(**row, ticked=len(file.case.ticks), items=len(file.items))


class RegistrationView(RegistrationRow):
    """A case as both of its sides see it. The terms are read in the conversation, by the term sheet's id."""

    view: Literal["member"] = "member"
    revision: int
    conversation_id: UUID
    term_sheet_id: UUID
    round: int
    pledgor_participant_id: str
    pledgor_listing_id: UUID
    pledgee_participant_id: str
    pledgee_listing_id: UUID
    number: str | None
    number_by: str | None
    checklist: list[CaseItemView]

    @classmethod
    def of_file(cls, file: RegistrationFile) -> Self:
        """One case with the checklist of the day."""
        case = file.case
        return cls(
            **RegistrationRow.of(case).model_dump(),
            revision=case.revision,
            conversation_id=case.agreement.conversation_id,
            term_sheet_id=case.agreement.term_sheet_id,
            round=case.agreement.round,
            pledgor_participant_id=case.pledgor.participant_id,
            pledgor_listing_id=case.pledgor.listing_id,
            pledgee_participant_id=case.pledgee.participant_id,
            pledgee_listing_id=case.pledgee.listing_id,
            number=case.number,
            number_by=case.number_by,
            checklist=[CaseItemView.ticked(one, case.ticks.get(one.id)) for one in file.items],
        )


class RegistrationStandingView(BaseModel):
    """How a case stands after a command."""

    id: UUID
    stage: str = Field(examples=["filed"])
    number: str | None
    revision: int

    @classmethod
    def of(cls, standing: RegistrationStanding) -> Self:
        """How it stands."""
        return cls(id=standing.case_id, stage=standing.stage, number=standing.number, revision=standing.revision)


class QuestionView(BaseModel):
    """A registration that may be the listing's; `coverage`: every_line or part."""

    number: str
    registered_on: date
    coverage: str = Field(examples=["part"])
    asked_at: datetime
    answer: str | None

    @classmethod
    def of(cls, question: Question) -> Self:
        """One question."""
        return cls(
            number=question.number,
            registered_on=question.registered_on,
            coverage=question.coverage,
            asked_at=question.asked_at,
            answer=question.answer,
        )
