"""What reaches the operator: messages to the administrator (P16.1), reports and their evidence (P16.2)."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor
from chassis.problems import preferred_language
from messaging.application.commands.answer_as_administrator import AnswerAsAdministrator
from messaging.application.commands.report_messages import ReportMessages
from messaging.application.commands.write_to_administrator import WriteToAdministrator
from messaging.application.queries.read_administrator_talk import ListWaiting, ReadAdministratorTalk
from messaging.application.queries.read_reports import ListReports, ReadEvidence
from messaging.application.use_cases import UseCases
from messaging.application.views import AdministratorTalk, EvidenceView
from messaging.domain.administrator import Side
from messaging.domain.conversation import MessageKind
from messaging.domain.report import Outcome
from messaging.transport.http.talk import OWN
from messaging.transport.http.talk_views import NewMessage, SentBody, Strict, Written
from messaging.transport.http.terms_views import TermsBody

ADMINISTRATOR = "administrator_conversation.own"
REPORTED = "reported_message.read"
_NUMBERS_MAX = 200


class AdministratorMessageBody(BaseModel):
    """One message; each names the login that wrote it."""

    id: UUID
    number: int
    side: Side
    sent_by: str
    text: str
    sent_at: datetime


class AdministratorTalkBody(Page[AdministratorMessageBody]):
    """A participant's talk with the administrator, the last message first."""

    id: UUID
    participant_id: str
    waiting_since: datetime | None = Field(description="Since when an answer is waited for")

    @classmethod
    def of_talk(cls, talk: AdministratorTalk) -> Self:
        """As it is shown."""
        return cls(
            items=[AdministratorMessageBody.model_validate(one, from_attributes=True) for one in talk.messages],
            next_cursor=encode_cursor(talk.messages[-1].number) if talk.more else None,
            as_of=talk.as_of,
            id=talk.id,
            participant_id=talk.participant_id,
            waiting_since=talk.waiting_since,
        )


class WaitingBody(BaseModel):
    """A participant who waits for an answer."""

    conversation_id: UUID
    participant_id: str
    waiting_since: datetime
    last_number: int


class NewReport(Strict):
    """What is reported, and for what."""

    numbers: list[int] = Field(max_length=_NUMBERS_MAX, description="The messages' numbers", examples=[[2, 3]])
    category: str = Field(max_length=40, examples=["fraud"])
    note: Written = Field(description="What the moderator should know", examples=["对方要求先支付保证金"])


class ReportedBody(BaseModel):
    """The report."""

    id: UUID
    reported_at: datetime


class ReportBody(BaseModel):
    """A report of one's own side, and what became of it."""

    id: UUID
    conversation_id: UUID
    category: str
    reported_by: str
    reported_at: datetime
    outcome: Outcome | None
    closed_at: datetime | None


class EvidenceBody(BaseModel):
    """One message as it stood when it was reported; `side` as the reporter sees it."""

    number: int
    kind: MessageKind
    side: Literal["reporter", "reported"]
    sent_by: str
    text: str
    terms: TermsBody | None
    sent_at: datetime


class EvidenceFileBody(BaseModel):
    """The reported range and nothing else."""

    report_id: UUID
    category: str
    note: str
    reported_at: datetime
    open_until: datetime | None = Field(description="Until when the moderator who claimed the case may look")
    evidence: list[EvidenceBody]
    as_of: datetime

    @classmethod
    def of(cls, view: EvidenceView) -> Self:
        """As it is shown."""
        report = view.report
        return cls(
            report_id=report.id,
            category=report.category,
            note=report.note,
            reported_at=report.reported_at,
            open_until=report.claim.until if report.claim else None,
            evidence=[
                EvidenceBody(
                    number=one.number,
                    kind=one.kind,
                    side="reporter" if one.participant_id == report.reporter_id else "reported",
                    sent_by=one.sent_by,
                    text=one.text,
                    terms=TermsBody.of(one.terms) if one.terms else None,
                    sent_at=one.sent_at,
                )
                for one in view.evidence
            ],
            as_of=view.as_of,
        )


class HotlineBody(BaseModel):
    """Whom to call, and when somebody answers."""

    number: str = Field(examples=["4008-058-058"])
    hours: str = Field(examples=["交易日 9:00-17:00"])


def hotline_routes(use_cases: UseCases) -> Routes:
    """The public hotline."""
    desk = Routes(service="messaging", tags=["administrator"])

    @desk.get("/hotline", operation="public.read")
    async def read_hotline(request: Request, cause: QueryCause) -> HotlineBody:
        """The operator's hotline, without signing in (P16.1)."""
        found = await use_cases.read_hotline(cause)
        chinese = preferred_language(request.headers.get("accept-language")) == "zh"
        return HotlineBody(number=found.number, hours=found.hours_zh if chinese else found.hours_en)

    return desk


def administrator_routes(use_cases: UseCases) -> Routes:
    """The routes of messages to the administrator."""
    desk = Routes(service="messaging", tags=["administrator"])

    @desk.post("/my/administrator-conversation/messages", operation=ADMINISTRATOR, status_code=201)
    async def write_to_administrator(body: NewMessage, cause: CommandCause) -> SentBody:
        """Writes to the administrator, whatever one's status (P16.1)."""
        sent = await command(use_cases.write_to_administrator, WriteToAdministrator(text=body.text), cause)
        return SentBody(id=sent.message_id, number=sent.number, sent_at=sent.sent_at)

    @desk.get("/my/administrator-conversation", operation=ADMINISTRATOR)
    async def read_own_administrator_conversation(page: PageRequest, cause: QueryCause) -> AdministratorTalkBody:
        """What one's side and the administrator have written, the last first."""
        asked = ReadAdministratorTalk(limit=page.limit, before=page.after(int))
        return AdministratorTalkBody.of_talk(await use_cases.read_administrator_talk.own(asked, cause))

    @desk.get("/administrator-conversations", operation="moderation_case.read")
    async def list_administrator_conversations(page: PageRequest, cause: QueryCause) -> Page[WaitingBody]:
        """Who waits for an answer, the longest first; no text."""
        asked = ListWaiting(limit=page.limit, after=page.after(tuple[datetime, UUID]))
        found = await use_cases.read_administrator_talk.waiting(asked, cause)
        last = found.waiting[-1] if found.more else None
        return Page[WaitingBody](
            items=[WaitingBody.model_validate(one, from_attributes=True) for one in found.waiting],
            next_cursor=encode_cursor((last.waiting_since, last.conversation_id)) if last else None,
            as_of=found.as_of,
        )

    @desk.get("/administrator-conversations/{conversation_id}", operation=ADMINISTRATOR)
    async def read_administrator_conversation(
        conversation_id: UUID, page: PageRequest, cause: QueryCause
    ) -> AdministratorTalkBody:
        """One, as a moderator sees it."""
        asked = ReadAdministratorTalk(limit=page.limit, conversation_id=conversation_id, before=page.after(int))
        return AdministratorTalkBody.of_talk(await use_cases.read_administrator_talk.one(asked, cause))

    @desk.post("/administrator-conversations/{conversation_id}/messages", operation=ADMINISTRATOR, status_code=201)
    async def answer_as_administrator(conversation_id: UUID, body: NewMessage, cause: CommandCause) -> SentBody:
        """A moderator answers."""
        asked = AnswerAsAdministrator(conversation_id=conversation_id, text=body.text)
        sent = await command(use_cases.answer_as_administrator, asked, cause)
        return SentBody(id=sent.message_id, number=sent.number, sent_at=sent.sent_at)

    return desk


def report_routes(use_cases: UseCases) -> Routes:
    """The routes of reports and their evidence."""
    desk = Routes(service="messaging", tags=["reports"])

    @desk.post("/conversations/{conversation_id}/reports", operation=OWN, status_code=201)
    async def report_messages(conversation_id: UUID, body: NewReport, cause: CommandCause) -> ReportedBody:
        """Reports messages to the moderators; what is named is frozen as evidence (P16.2)."""
        asked = ReportMessages(
            conversation_id=conversation_id, numbers=tuple(body.numbers), category=body.category, note=body.note
        )
        made = await command(use_cases.report_messages, asked, cause)
        return ReportedBody(id=made.report_id, reported_at=made.reported_at)

    @desk.get("/my/reports", operation=OWN)
    async def list_my_reports(page: PageRequest, cause: QueryCause) -> Page[ReportBody]:
        """One's own side's reports, the newest first, each with its outcome."""
        found = await use_cases.read_reports.list(ListReports(limit=page.limit, after=page.after(UUID)), cause)
        return Page[ReportBody](
            items=[ReportBody.model_validate(one, from_attributes=True) for one in found.reports],
            next_cursor=encode_cursor(found.reports[-1].id) if found.more else None,
            as_of=found.as_of,
        )

    @desk.get("/reports/{report_id}/evidence", operation=REPORTED)
    async def read_reported_messages(report_id: UUID, cause: QueryCause) -> EvidenceFileBody:
        """The reported range: to a moderator while the claim of the open case stands, each look audited."""
        return EvidenceFileBody.of(await use_cases.read_reports.evidence(ReadEvidence(report_id=report_id), cause))

    return desk
