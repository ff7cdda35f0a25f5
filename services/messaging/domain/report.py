"""Messages reported to the moderators, and the evidence that is frozen with the report (P16.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import FieldError, Refusal
from messaging.domain.conversation import ConversationFact, MessageKind
from messaging.domain.dated_tables import rows_in_force
from messaging.domain.terms import Terms

Outcome = Literal["none", "warning", "notice"]


class ReportNotFound(Refusal):
    """There is no such report, or this reader may not look at it (any more): not told apart."""

    slug: ClassVar[str] = "report-not-found"
    title_zh: ClassVar[str] = "未找到该举报"
    title_en: ClassVar[str] = "No such report"
    denial = True


class ReportInvalid(Refusal):
    """The report's category or range cannot be taken."""

    slug: ClassVar[str] = "report-invalid"
    title_zh: ClassVar[str] = "举报内容不符合要求"
    title_en: ClassVar[str] = "The report cannot be taken"


@dataclass(frozen=True, kw_only=True)
class MessageReported(ConversationFact):
    """One side reported what the other wrote."""

    report_id: UUID
    category: str
    reporter_id: str
    reported_id: str
    reported_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One reported message as it stood, with the terms it proposed if it was a round of them."""

    number: int
    message_id: UUID
    kind: MessageKind
    participant_id: str
    sent_by: str
    text: str
    terms: Terms | None
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One moderator's leave to look, until it ends."""

    case_id: UUID
    moderator_id: str
    until: datetime


@dataclass(kw_only=True)
class MessageReport:
    """A report and what became of it. Only who holds the open claim sees the evidence, and for its time only."""

    id: UUID
    conversation_id: UUID
    reporter_id: str
    reported_id: str
    reported_by: str
    category: str
    note: str
    reported_at: datetime
    claim: Claim | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None

    def require_open_to(self, moderator_id: str, *, participant_id: str | None, now: datetime) -> None:
        """Refuses everybody but the moderator who has claimed the open case, and one who is a side of it.

        Raises:
            ReportNotFound: not told apart from a report that does not exist.
        """
        claim = self.claim
        held = claim is not None and claim.moderator_id == moderator_id and now < claim.until
        if not held or self.closed_at is not None or participant_id in {self.reporter_id, self.reported_id}:
            raise ReportNotFound

    def close(self, outcome: Outcome, *, at: datetime) -> bool:
        """It is decided; whether it was not before."""
        if self.closed_at is not None:
            return False
        self.outcome, self.closed_at = outcome, at
        return True


def require_reportable(*, category: str, numbers: Sequence[int], limit: int, on: date) -> None:
    """Refuses an unknown category and a range that is empty, doubled or too long.

    Raises:
        ReportInvalid: naming each field and its rule.
    """
    errors = []
    known = categories(on)
    if category not in known:
        zh, en = f"类别无效，可选：{'、'.join(known)}", f"no such category; one of {', '.join(known)}"
        errors.append(FieldError(pointer="/category", rule="unknown_code", message_zh=zh, message_en=en))
    if not 1 <= len(set(numbers)) == len(numbers) <= limit:
        zh, en = f"须指明 1 至 {limit} 条消息，且不得重复", f"name 1 to {limit} messages, each once"
        errors.append(FieldError(pointer="/numbers", rule="reported_messages", message_zh=zh, message_en=en))
    if errors:
        raise ReportInvalid(errors=errors)


def categories(on: date) -> Mapping[str, tuple[str, str]]:
    """The categories in force on a day with their titles in Chinese and English."""
    return {row["code"]: (row["title_zh"], row["title_en"]) for row in rows_in_force("report_categories.csv", on)}
