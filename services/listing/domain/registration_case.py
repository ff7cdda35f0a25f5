"""A registration case: both sides see its checklist, its number and its stage (P17)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from chassis.kernel import Fact, FieldError, Refusal
from listing.domain.checklist import Variant, checklist

Stage = Literal["preparing", "filed", "registered", "abandoned"]
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
REFERENCE_CHARACTERS_MAX = 200
# What a side may do by itself; `registered` comes from the depository alone.
_MOVES: dict[Stage, tuple[Stage, ...]] = {
    "preparing": ("filed", "abandoned"),
    "filed": ("preparing", "abandoned"),
    "registered": (),
    "abandoned": (),
}


class RegistrationCaseNotFound(Refusal):
    """No such case of this participant."""

    denial = True
    slug = "registration-case-not-found"
    title_zh = "没有此登记事项"
    title_en = "There is no such registration case"


class RegistrationCaseEnded(Refusal):
    """The case is registered or abandoned; `allowed` says where it can still go."""

    slug = "registration-case-ended"
    title_zh = "该登记事项的阶段不允许此变更"
    title_en = "The stage of the registration case does not allow this"


class ChecklistItemUnknown(Refusal):
    """The case's checklist has no such item."""

    slug = "checklist-item-unknown"
    title_zh = "核对清单中没有此项"
    title_en = "The checklist has no such item"


class RegistrationNumberInvalid(Refusal):
    """A number is written as the depository writes it."""

    slug = "registration-number-invalid"
    title_zh = "登记编号无效"
    title_en = "The registration number is invalid"


class RegistrationNumberTaken(Refusal):
    """No two cases carry one number."""

    slug = "registration-number-taken"
    title_zh = "该登记编号已用于其他登记事项"
    title_en = "Another case carries this registration number"


@dataclass(frozen=True, kw_only=True)
class Side:
    """A participant of the case with its listing."""

    participant_id: str
    listing_id: UUID


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A paper that is there: its reference and date, and which login of which side said so."""

    item_id: str
    reference: str
    dated: date | None
    by: str
    participant_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What the case stands on: a round of terms both sides accepted, read where it was written."""

    conversation_id: UUID
    term_sheet_id: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class CaseFact(Fact):
    """Base of what happens in a case."""

    case_id: UUID
    pledgor: Side
    pledgee: Side
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseFact):
    """Terms were accepted."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class NumberRecorded(CaseFact):
    """A side entered the number."""

    by: str


@dataclass(frozen=True, kw_only=True)
class CaseRegistered(CaseFact):
    """The depository's registration of this number arrived."""

    registered_on: date


@dataclass(frozen=True, kw_only=True)
class CaseReleased(CaseFact):
    """The registration was released."""

    released_on: date


@dataclass(frozen=True, kw_only=True)
class CaseAbandoned(CaseFact):
    """A side gave it up."""

    by: str


@dataclass(kw_only=True)
class RegistrationCase:
    """The aggregate. `revision` counts its saved changes and is its ETag."""

    id: UUID
    agreement: Agreement
    pledgor: Side
    pledgee: Side
    variant: Variant
    opened_at: datetime
    stage: Stage = "preparing"
    number: str | None = None
    number_by: str | None = None
    ticks: dict[str, Tick] = field(default_factory=dict)
    registered_on: date | None = None
    released_on: date | None = None
    revision: int = 0
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def open(
        cls, *, case_id: UUID, agreement: Agreement, pledgor: Side, pledgee: Side, variant: Variant, at: datetime
    ) -> "RegistrationCase":
        """Both sides accepted the same round of terms (P17.1)."""
        case = cls(id=case_id, agreement=agreement, pledgor=pledgor, pledgee=pledgee, variant=variant, opened_at=at)
        case.facts.append(CaseOpened(conversation_id=agreement.conversation_id, **case._named(at)))
        return case

    def tick(self, tick: Tick) -> None:
        """A side says that a paper is there; said again, it is replaced. At any stage: it only informs.

        Raises:
            ChecklistItemUnknown: the checklist of the day has no such item.
        """
        if tick.item_id not in {one.id for one in checklist(self.variant, on=tick.at.date())}:
            raise ChecklistItemUnknown(item_id=tick.item_id, variant=self.variant)
        self.ticks = {**self.ticks, tick.item_id: tick}

    def untick(self, item_id: str) -> None:
        """A side takes it back.

        Raises:
            ChecklistItemUnknown: it was not ticked.
        """
        if item_id not in self.ticks:
            raise ChecklistItemUnknown(item_id=item_id, variant=self.variant)
        self.ticks = {one: tick for one, tick in self.ticks.items() if one != item_id}

    def record_number(self, number: str, *, by: str, at: datetime) -> None:
        """A side enters the number (P17.2); until it is registered it can be mended.

        Raises:
            RegistrationNumberInvalid: it is not written as the depository writes numbers.
            RegistrationCaseEnded: the case is registered or abandoned.
        """
        self._require_open()
        if not _NUMBER.fullmatch(number):
            raise RegistrationNumberInvalid(errors=[_NUMBER_MALFORMED])
        if number == self.number:
            return
        self.number, self.number_by = number, by
        self.stage = "filed"
        self.facts.append(NumberRecorded(by=by, **self._named(at)))

    def move(self, stage: Stage, *, by: str, at: datetime) -> None:
        """A side says how far it is: filed, or given up.

        Raises:
            RegistrationCaseEnded: there is no such way from here.
        """
        if stage not in _MOVES[self.stage]:
            raise RegistrationCaseEnded(stage=self.stage, allowed=list(_MOVES[self.stage]))
        self.stage = stage
        if stage == "abandoned":
            self.facts.append(CaseAbandoned(by=by, **self._named(at)))

    def register(self, on: date, *, at: datetime) -> bool:
        """The registration of its number arrived; says whether that is news."""
        if self.stage in {"registered", "abandoned"}:
            return False
        self.stage, self.registered_on = "registered", on
        self.facts.append(CaseRegistered(registered_on=on, **self._named(at)))
        return True

    def release(self, on: date, *, at: datetime) -> bool:
        """The registration was released; nothing reopens (P12.3)."""
        if self.stage != "registered" or self.released_on is not None:
            return False
        self.released_on = on
        self.facts.append(CaseReleased(released_on=on, **self._named(at)))
        return True

    def side_of(self, participant_id: str) -> Side:
        """The side a participant stands on.

        Raises:
            RegistrationCaseNotFound: it is no member.
        """
        for side in (self.pledgor, self.pledgee):
            if side.participant_id == participant_id:
                return side
        raise RegistrationCaseNotFound(case_id=self.id)

    def _require_open(self) -> None:
        if not _MOVES[self.stage]:
            raise RegistrationCaseEnded(stage=self.stage, allowed=[])

    def _named(self, at: datetime) -> dict[str, Any]:
        return {"case_id": self.id, "pledgor": self.pledgor, "pledgee": self.pledgee, "at": at}


_NUMBER_MALFORMED = FieldError(
    pointer="/number",
    rule="P17.2",
    message_zh="应为4至40位大写字母、数字或连字符",
    message_en="must be 4 to 40 capital letters, digits or hyphens, as the depository writes it",
)
