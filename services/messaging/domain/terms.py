"""Term sheets: proposals in rounds, what changed between them, and the round both sides accept (P15.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from chassis.kernel import FieldError, Refusal
from messaging.domain.conversation import ConversationFact, Writer

LINES_MAX = 50
MONTHS_MAX = 120
LINE_MAX = Decimal(10)
_MESSAGES: dict[str, tuple[str, str]] = {
    "positive": ("必须大于零", "must be above zero"),
    "fraction": (
        "须为大于 0 且不超过 1 的小数（0.065 表示 6.5%）",
        "must be a fraction above 0 up to 1 (0.065 is 6.5%)",
    ),
    "term_range": ("期限须为 1 至 {limit} 个月", "must be 1 to {limit} months"),
    "line_range": ("须大于 1 且不超过 {limit}", "must be above 1 and at most {limit}"),
    "line_order": ("预警线须高于平仓线", "the warning line must be above the liquidation line"),
    "lines": ("须有 1 至 {limit} 行质押证券", "must hold 1 to {limit} lines of collateral"),
    "duplicate_line": ("同一证券和股份性质只能有一行", "one line per security and share class"),
}


class TermsInvalid(Refusal):
    """The term sheet is not in the prescribed form."""

    slug: ClassVar[str] = "terms-invalid"
    title_zh: ClassVar[str] = "条款不符合规定格式"
    title_en: ClassVar[str] = "The terms are not in the prescribed form"


class TermsChangedMeanwhile(Refusal):
    """The other side was faster: `round` is the one on the table now. Read it, then answer or accept it."""

    slug: ClassVar[str] = "terms-changed-meanwhile"
    title_zh: ClassVar[str] = "条款已有更新的一轮，请查看后再操作"
    title_en: ClassVar[str] = "Another round of terms is on the table; read it first"


class TermsSettled(Refusal):
    """Both sides have accepted a round: nothing further is proposed in this conversation."""

    slug: ClassVar[str] = "terms-settled"
    title_zh: ClassVar[str] = "双方已就条款达成一致"
    title_en: ClassVar[str] = "Both sides have accepted the terms"


class NoTerms(Refusal):
    """Nobody has proposed terms in this conversation, or not this round."""

    slug: ClassVar[str] = "no-terms"
    title_zh: ClassVar[str] = "该会话中没有此轮条款"
    title_en: ClassVar[str] = "The conversation has no such round of terms"


@dataclass(frozen=True, kw_only=True)
class TermsAccepted(ConversationFact):
    """Both sides have accepted the same round."""

    term_sheet_id: UUID
    round: int
    listing_id: UUID
    pledgor_listing_id: UUID
    pledgee_listing_id: UUID
    pledgor_id: str
    pledgee_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CollateralLine:
    """What would be pledged: a security and, for shares, their class; `quantity` in shares or units."""

    market: str
    security: str
    share_class: str | None = None
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one side proposes; the amount in fen, rates and lines as fractions (0.065 a year, 1.5)."""

    amount_fen: int
    annual_rate: Decimal
    months: int
    pledge_rate: Decimal
    warning_line: Decimal
    liquidation_line: Decimal
    lines: tuple[CollateralLine, ...]

    def require_valid(self) -> None:
        """Refuses what cannot be proposed.

        Raises:
            TermsInvalid: naming each field and its rule.
        """
        errors = [*self._wrong_figures(), *self._wrong_lines()]
        if errors:
            raise TermsInvalid(errors=errors)

    def _wrong_figures(self) -> list[FieldError]:
        rates = {"annual_rate": self.annual_rate, "pledge_rate": self.pledge_rate}
        lines = {"warning_line": self.warning_line, "liquidation_line": self.liquidation_line}
        errors = [] if self.amount_fen > 0 else [_broken("/amount", "positive")]
        errors += [_broken(f"/{name}", "fraction") for name, value in rates.items() if not 0 < value <= 1]
        if not 1 <= self.months <= MONTHS_MAX:
            errors.append(_broken("/months", "term_range", limit=MONTHS_MAX))
        errors += [
            _broken(f"/{name}", "line_range", limit=LINE_MAX)
            for name, value in lines.items()
            if not 1 < value <= LINE_MAX
        ]
        if self.warning_line <= self.liquidation_line:
            errors.append(_broken("/warning_line", "line_order"))
        return errors

    def _wrong_lines(self) -> list[FieldError]:
        if not 1 <= len(self.lines) <= LINES_MAX:
            return [_broken("/lines", "lines", limit=LINES_MAX)]
        errors = []
        seen = set()
        for at, line in enumerate(self.lines):
            if line.quantity <= 0:
                errors.append(_broken(f"/lines/{at}/quantity", "positive"))
            if (named := (line.market, line.security, line.share_class)) in seen:
                errors.append(_broken(f"/lines/{at}", "duplicate_line"))
            seen.add(named)
        return errors


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that differs from the round before."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """One side took a round, by one of its logins."""

    participant_id: str
    user_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Round:
    """One proposal, and who has accepted it."""

    number: int
    message_number: int
    participant_id: str
    proposed_by: str
    proposed_at: datetime
    terms: Terms
    accepted_by: tuple[Acceptance, ...] = ()

    def has_accepted(self, participant_id: str) -> bool:
        """Whether a side took it."""
        return any(one.participant_id == participant_id for one in self.accepted_by)


@dataclass(kw_only=True)
class TermSheet:
    """The rounds of one conversation, the first one first. `accepted_round` is the one both sides took."""

    id: UUID
    conversation_id: UUID
    rounds: list[Round] = field(default_factory=list)
    accepted_round: int | None = None

    @property
    def latest(self) -> Round | None:
        """The round on the table."""
        return self.rounds[-1] if self.rounds else None

    def propose(
        self,
        terms: Terms,
        *,
        answers: int,
        message_number: int,
        by: Writer,
        now: datetime,
    ) -> Round:
        """The next round; `answers` is the round its author has read, 0 for the first.

        Raises:
            TermsInvalid, TermsChangedMeanwhile, TermsSettled: it may not be.
        """
        self.require_unsettled()
        self._require_latest(answers)
        terms.require_valid()
        made = Round(
            number=answers + 1,
            message_number=message_number,
            participant_id=by.participant_id,
            proposed_by=by.user_id,
            proposed_at=now,
            terms=terms,
        )
        self.rounds.append(made)
        return made

    def accept(self, number: int, *, by: Acceptance, sides: Sequence[str]) -> bool:
        """One side takes the round on the table; whether both have now. Taking it twice changes nothing.

        Raises:
            NoTerms, TermsChangedMeanwhile, TermsSettled: it may not be.
        """
        if self.latest is None or number > self.latest.number:
            raise NoTerms
        self.require_unsettled()
        self._require_latest(number)
        if not self.latest.has_accepted(by.participant_id):
            self.rounds[-1] = replace(self.latest, accepted_by=(*self.latest.accepted_by, by))
        both = all(self.rounds[-1].has_accepted(side) for side in sides)
        if both:
            self.accepted_round = number
        return both

    def require_unsettled(self) -> None:
        """Refuses once both sides have accepted a round.

        Raises:
            TermsSettled: naming it.
        """
        if self.accepted_round is not None:
            raise TermsSettled(round=self.accepted_round)

    def _require_latest(self, number: int) -> None:
        latest = self.latest.number if self.latest else 0
        if number != latest:
            raise TermsChangedMeanwhile(round=latest)


def changes_between(before: Terms, after: Terms) -> tuple[Change, ...]:
    """What differs, field by field in the form's order."""
    return tuple(
        Change(field=one.name, before=getattr(before, one.name), after=getattr(after, one.name))
        for one in fields(Terms)
        if getattr(before, one.name) != getattr(after, one.name)
    )


def _broken(pointer: str, rule: str, **values: object) -> FieldError:
    zh, en = _MESSAGES[rule]
    return FieldError(pointer=pointer, rule=rule, message_zh=zh.format(**values), message_en=en.format(**values))
