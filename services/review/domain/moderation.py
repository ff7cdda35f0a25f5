"""A moderation case: something was reported, one moderator looks at it for a time and decides (P16.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, FieldError, Refusal
from review.domain.case import Claim
from review.domain.dated_tables import day_or_none, in_force, rows
from review.domain.ladder import Matter
from review.domain.reviewer import Reviewer

Reported = Literal["message", "listing"]
Outcome = Literal["none", "warning", "notice"]


class ModerationNotFound(Refusal):
    """There is no such case."""

    slug: ClassVar[str] = "moderation-not-found"
    title_zh: ClassVar[str] = "没有此举报事项"
    title_en: ClassVar[str] = "There is no such moderation case"


class ModerationClaimedByAnother(Refusal):
    """One moderator at a time; the claim lapses by itself at `until`."""

    slug: ClassVar[str] = "moderation-claimed-by-another"
    title_zh: ClassVar[str] = "该举报事项已由其他人员认领"
    title_en: ClassVar[str] = "Another moderator has claimed this case"


class ModerationNotClaimed(Refusal):
    """A case is decided by the moderator who has claimed it, while the claim stands."""

    slug: ClassVar[str] = "moderation-not-claimed"
    title_zh: ClassVar[str] = "请先认领该举报事项"
    title_en: ClassVar[str] = "Claim the moderation case first"


class ModerationIsClosed(Refusal):
    """It was decided."""

    slug: ClassVar[str] = "moderation-closed"
    title_zh: ClassVar[str] = "该举报事项已有处理结果"
    title_en: ClassVar[str] = "The moderation case was decided"


class DecisionNoteInvalid(Refusal):
    """The decision says why, within its length."""

    slug: ClassVar[str] = "decision-note-invalid"
    title_zh: ClassVar[str] = "处理说明不符合要求"
    title_en: ClassVar[str] = "The decision's note cannot be taken"


@dataclass(frozen=True, kw_only=True)
class ModerationOpened(Fact):
    """A report waits for a moderator."""

    case_id: UUID
    report_id: UUID
    reported: Reported
    category: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ModerationClaimed(Fact):
    """One moderator may look until a moment."""

    case_id: UUID
    report_id: UUID
    moderator_id: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ModerationClosed(Fact):
    """It is decided."""

    case_id: UUID
    report_id: UUID
    outcome: Outcome
    at: datetime


@dataclass(kw_only=True)
class ModerationCase:
    """One report; what was reported lies where it was written, and only its claimant sees it there.

    `sides` are the reporting and the reported participant: nobody with a tie to either has anything to do with it.
    """

    case_id: UUID
    report_id: UUID
    reported: Reported
    category: str
    sides: tuple[str, ...]
    opened_at: datetime
    claim: Claim | None = None
    outcome: Outcome | None = None
    note: str = ""
    decided_by: str | None = None
    closed_at: datetime | None = None
    row_version: int = 0
    facts: list[Fact] = field(default_factory=list)

    def open(self) -> None:
        """It waits from now on."""
        self.facts.append(
            ModerationOpened(
                case_id=self.case_id,
                report_id=self.report_id,
                reported=self.reported,
                category=self.category,
                at=self.opened_at,
            )
        )

    def claim_for(self, moderator: Reviewer, *, matters: Sequence[Matter], now: datetime) -> Claim:
        """One moderator takes it for its time, or again.

        Raises:
            ModerationIsClosed, OwnOrRelatedMatter, ModerationClaimedByAnother: it may not be.
        """
        self._require_open()
        for matter in matters:
            moderator.require_no_tie(matter)
        if self.claim is not None and self.claim.holds(now) and self.claim.by != moderator.user_id:
            raise ModerationClaimedByAnother(until=self.claim.until)
        made = Claim(by=moderator.user_id, until=now + claim_lasts(now.date()))
        self.claim = made
        self.facts.append(
            ModerationClaimed(case_id=self.case_id, report_id=self.report_id, moderator_id=made.by, until=made.until)
        )
        return made

    def decide(self, outcome: Outcome, *, note: str, moderator: Reviewer, now: datetime) -> None:
        """The claimant decides; both sides learn the outcome.

        Raises:
            ModerationIsClosed, ModerationNotClaimed, DecisionNoteInvalid: it may not be.
        """
        self._require_open()
        if self.claim is None or self.claim.by != moderator.user_id or not self.claim.holds(now):
            raise ModerationNotClaimed
        self.note = _checked(note, on=now.date())
        self.outcome, self.decided_by, self.closed_at = outcome, moderator.user_id, now
        self.facts.append(ModerationClosed(case_id=self.case_id, report_id=self.report_id, outcome=outcome, at=now))

    def _require_open(self) -> None:
        if self.closed_at is not None:
            raise ModerationIsClosed


def claim_lasts(on: date) -> timedelta:
    """How long a claim opens the evidence, by the terms of a day."""
    return timedelta(hours=_term("claim", on))


def _checked(note: str, *, on: date) -> str:
    limit = _term("note_characters", on)
    if not 1 <= len(note.strip()) <= limit:
        zh, en = f"请填写处理说明，1 至 {limit} 个字符", f"say why in 1 to {limit} characters"
        raise DecisionNoteInvalid(
            errors=[FieldError(pointer="/note", rule="note_characters", message_zh=zh, message_en=en)]
        )
    return note.strip()


def _term(name: str, on: date) -> int:
    return next(
        int(row["value"])
        for row in rows("moderation.csv")
        if row["name"] == name and in_force(on, day_or_none(row["from"]), day_or_none(row["to"]))
    )
