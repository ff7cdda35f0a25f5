"""A member reports what the other side wrote; the evidence is frozen with the report (P16.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from messaging.application.membership import participant_of
from messaging.application.ports import Begin, Work
from messaging.domain.conversation import MessageNotFound
from messaging.domain.limits import allowance, limit_of
from messaging.domain.report import Evidence, MessageReport, MessageReported, require_reportable
from messaging.domain.text import written


@dataclass(frozen=True, kw_only=True)
class ReportMessages:
    """Which messages, for what, and what the reporter says of it."""

    conversation_id: UUID
    numbers: tuple[int, ...]
    category: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The report."""

    report_id: UUID
    reported_at: datetime


class ReportMessagesHandler:
    """Only what is named is frozen: the rest of the talk stays private, from the moderator too."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ReportMessages, cause: Cause) -> Reported:
        """Reports.

        Raises:
            ConversationNotFound, MessageNotFound, ReportInvalid, TextInvalid, TooMany: it may not be.
        """
        own, user_id = participant_of(cause), cause.subject.user_id
        async with self._begin(cause) as work:
            conversation = await work.conversations.get(command.conversation_id)
            other = conversation.other_side(own)
            note = _checked_note(work, command)
            evidence = await _frozen(work, command)
            today = allowance("reports", work.now)
            today.require(await work.quotas.use(today, subject=user_id, participant_id=own), now=work.now)
            report = MessageReport(
                id=new_id(),
                conversation_id=conversation.id,
                reporter_id=own,
                reported_id=other,
                reported_by=user_id,
                category=command.category,
                note=note,
                reported_at=work.now,
            )
            await work.reports.add(report, evidence)
            work.record(await _said(work, report))
            work.note(conversation_id=str(conversation.id), report_id=str(report.id), messages=len(evidence))
            return work.answer(Reported(report_id=report.id, reported_at=report.reported_at))


def _checked_note(work: Work, command: ReportMessages) -> str:
    limit = limit_of("reported_messages", work.today)
    require_reportable(category=command.category, numbers=command.numbers, limit=limit, on=work.today)
    return written(command.note, characters_max=limit_of("report_note_characters", work.today), pointer="/note")


async def _frozen(work: Work, command: ReportMessages) -> Sequence[Evidence]:
    messages = await work.conversations.messages(command.conversation_id, command.numbers)
    if missing := sorted(set(command.numbers) - {one.number for one in messages}):
        raise MessageNotFound(numbers=missing)
    sheet = await work.terms.of(command.conversation_id)
    terms = {one.message_number: one.terms for one in sheet.rounds}
    return [
        Evidence(
            number=one.number,
            message_id=one.id,
            kind=one.kind,
            participant_id=one.participant_id,
            sent_by=one.sent_by,
            text=one.text,
            terms=terms.get(one.number),
            sent_at=one.sent_at,
        )
        for one in messages
    ]


async def _said(work: Work, report: MessageReport) -> MessageReported:
    return MessageReported(
        conversation_id=report.conversation_id,
        recipients=tuple(await work.directory.members_of(report.reporter_id)),
        report_id=report.id,
        category=report.category,
        reporter_id=report.reporter_id,
        reported_id=report.reported_id,
        reported_by=report.reported_by,
        at=report.reported_at,
    )
