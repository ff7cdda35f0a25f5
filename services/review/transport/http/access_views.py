"""How applications for access look over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from review.domain.access_application import (
    WORDS_MAX,
    AccessApplication,
    Applicant,
    ApplicationState,
    Exchange,
    Statement,
)
from review.domain.access_terms import RefusalReason
from review.domain.attachment import Attachment, PaperKind

Short = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=WORDS_MAX, strip_whitespace=True)]
SHOWN_DIGITS = 4


class Strict(BaseModel):
    """A body with exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class ApplicantModel(Strict):
    """Who applies, as the papers say."""

    kind: Literal["person", "institution"] = Field(examples=["person"])
    name: Short = Field(default="", examples=["孙丽"])
    document_type: Short = Field(default="", examples=["id_card"])
    document_number: Short = Field(default="", examples=["110101199001010011"])


class StatementModel(Strict):
    """What is filled in; fields may stay empty until it is filed."""

    applicant: ApplicantModel
    category: Short = Field(default="", examples=["lender"], description="holder, lender or other (P5.2)")
    purpose: Annotated[str, StringConstraints(max_length=WORDS_MAX)] = Field(default="", examples=["以自有资金融出"])
    contact_person: Short = Field(default="", examples=["孙丽"])
    contact_channel: Short = Field(default="", examples=["010-55550000"])

    def statement(self) -> Statement:
        """As the domain knows it."""
        given = self.model_dump(exclude={"applicant"})
        return Statement(applicant=Applicant(**self.applicant.model_dump()), **given)


class Answer(Strict):
    """What the applicant says to the reviewer's question."""

    answer: Words = Field(examples=["补充材料已上传"])


class Question(Strict):
    """What the reviewer asks for."""

    question: Words = Field(examples=["请补充资金来源说明"])


class RefusalModel(Strict):
    """Why an application is refused: codes of the dated table."""

    reasons: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        min_length=1, max_length=10, examples=[["data_differ"]]
    )


class PaperView(BaseModel):
    """One paper: its type, size in bytes, and the SHA-256 of its content."""

    attachment_id: UUID
    kind: PaperKind
    file_name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime

    @classmethod
    def of(cls, paper: Attachment) -> "PaperView":
        """As it is shown."""
        return cls.model_validate(paper, from_attributes=True)


class ReasonView(BaseModel):
    """A coded reason, and the way out."""

    code: str
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str

    @classmethod
    def of(cls, reason: RefusalReason) -> "ReasonView":
        """As it is shown."""
        return cls.model_validate(reason, from_attributes=True)


class ExchangeView(BaseModel):
    """A question and its answer."""

    question: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None

    @classmethod
    def of(cls, exchange: Exchange) -> "ExchangeView":
        """As it is shown."""
        return cls.model_validate(exchange, from_attributes=True)


class ApplicationStandingView(BaseModel):
    """How it stands after a command."""

    application_id: UUID
    state: ApplicationState


class ApplicationRow(BaseModel):
    """An application in the queue: metadata only."""

    application_id: UUID
    category: str
    kind: Literal["person", "institution"]
    filed_at: datetime | None
    claimed: bool

    @classmethod
    def of(cls, application: AccessApplication, *, now: datetime) -> "ApplicationRow":
        """As the queue shows it."""
        return cls(
            application_id=application.application_id,
            category=application.statement.category,
            kind=application.statement.applicant.kind,
            filed_at=application.filed_at,
            claimed=application.claim is not None and application.claim.holds(now),
        )


class ApplicationView(BaseModel):
    """The whole application. The document's number is whole for the reviewer who has claimed it, masked otherwise."""

    application_id: UUID
    state: ApplicationState
    statement: StatementModel
    attachments: list[PaperView]
    exchanges: list[ExchangeView]
    reasons: list[ReasonView]
    filed_at: datetime | None
    decided_at: datetime | None
    failure: str | None = Field(description="What the identity provider said when it would not certify; reviewers only")

    @classmethod
    def of(cls, application: AccessApplication, *, reviewing: bool) -> "ApplicationView":
        """As it is shown."""
        stated, applicant = application.statement, application.statement.applicant
        number = applicant.document_number
        shown = ApplicantModel(
            kind=applicant.kind,
            name=applicant.name,
            document_type=applicant.document_type,
            document_number=number if reviewing else masked(number),
        )
        return cls(
            application_id=application.application_id,
            state=application.state,
            statement=StatementModel(
                applicant=shown,
                category=stated.category,
                purpose=stated.purpose,
                contact_person=stated.contact_person,
                contact_channel=stated.contact_channel,
            ),
            attachments=[PaperView.of(one) for one in application.attachments],
            exchanges=[ExchangeView.of(one) for one in application.exchanges],
            reasons=[ReasonView.of(one) for one in application.reasons],
            filed_at=application.filed_at,
            decided_at=application.decided_at,
            failure=application.failure if reviewing else None,
        )


def masked(number: str) -> str:
    """A document's number as it is shown: its last digits."""
    return "*" * max(0, len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]
