"""What every step of the operator's ladder is about: its subject, its ground, and the deadlines of the day (P4)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal, cast

from chassis.kernel import SHANGHAI, FieldError, Refusal
from finance.calendar import CalendarEnded, TradingCalendar
from review.domain.board_rules import BoardRule, BoardRules
from review.domain.dated_tables import day_or_none, in_force, rows
from review.domain.verification import RuleResult

SubjectKind = Literal["listing", "participant", "user"]
GroundKind = Literal["rule", "field", "act"]
Step = Literal["restrict", "suspend", "terminate"]
RULE = "rule"


class GroundUnknown(Refusal):
    """A correction is demanded on coded grounds only."""

    slug: ClassVar[str] = "ground-unknown"
    title_zh: ClassVar[str] = "催告理由无效"
    title_en: ClassVar[str] = "The ground is unknown, or not for this subject"


class DeadlineInvalid(Refusal):
    """A deadline is at least one trading day, and no longer than the data of the day allow."""

    slug: ClassVar[str] = "deadline-invalid"
    title_zh: ClassVar[str] = "期限无效"
    title_en: ClassVar[str] = "The deadline is invalid"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A listing, a participant, or for conduct one login. `participant_id` is who is told, whatever the subject.

    `account_refs` are the accounts it touches, by which a tie of an operator's person shows.
    """

    kind: SubjectKind
    id: str
    participant_id: str
    account_refs: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Why, in the words in force on the day it was stated. `pointer` names the field where there is one."""

    kind: GroundKind
    code: str
    version: str
    message_zh: str
    message_en: str
    steps: tuple[Step, ...]
    deadline: str
    pointer: str = ""

    @classmethod
    def of_result(cls, result: RuleResult, *, on: date) -> "Ground":
        """A rule that failed, in the words of its result."""
        row = _row(RULE, on)
        return _ground(
            row,
            code=result.rule_id,
            version=result.rule_version,
            pointer=result.pointer,
            words=(result.message_zh or result.title_zh, result.message_en or result.title_en),
        )

    @classmethod
    def stated(cls, kind: GroundKind, code: str, pointer: str, *, subject: SubjectKind, on: date) -> "Ground":
        """A ground as an operator's person states it.

        Raises:
            GroundUnknown: it is not in force, or not for this kind of subject.
        """
        row = _row(RULE if kind == "rule" else code, on)
        if row is None or row["kind"] != kind or subject not in row["subjects"].split():
            raise GroundUnknown(errors=[_unknown("/ground/code", code)], codes=sorted(_codes(on, subject)))
        if kind != "rule":
            return _ground(row, code=code, version=row["version"], pointer=pointer, words=_words(row))
        rule = _board_rule(code, on)
        if rule is None:
            raise GroundUnknown(errors=[_unknown("/ground/code", code)])
        words = (f"{_words(row)[0]}：{rule.title_zh}", f"{_words(row)[1]}: {rule.title_en}")
        return _ground(row, code=rule.id, version=rule.version, pointer=pointer, words=words)


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long something may take, as the data of the day say."""

    value: int
    unit: Literal["trading_days", "hours"]

    def end(self, start: datetime, calendar: TradingCalendar | None) -> datetime | None:
        """When it is over: the end of its last trading day; None while the calendar does not reach that far."""
        if self.unit == "hours":
            return start + timedelta(hours=self.value)
        try:
            last = calendar.add(start.astimezone(SHANGHAI).date(), self.value) if calendar else None
        except CalendarEnded:
            return None
        return end_of(last) if last else None


def end_of(day: date) -> datetime:
    """The moment a day is over in Shanghai; a deadline includes its whole day."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)


def term_of(code: str, *, on: date) -> Term:
    """The term in force on a day.

    Raises:
        LookupError: the data have none: they are incomplete.
    """
    for row in rows("ladder_terms.csv"):
        if row["code"] == code and in_force(on, day_or_none(row["from"]), day_or_none(row["to"])):
            return Term(value=int(row["value"]), unit=cast("Literal['trading_days', 'hours']", row["unit"]))
    raise LookupError(f"no term {code} is in force on {on}")


def notice_term(ground: Ground, *, trading_days: int | None, on: date) -> Term:
    """How long a notice may be answered: what its issuer allows, or what its ground says.

    Raises:
        DeadlineInvalid: less than a trading day, or more than the data of the day allow.
    """
    if trading_days is None:
        return term_of(ground.deadline, on=on)
    longest = term_of("notice_deadline_longest", on=on).value
    if not 1 <= trading_days <= longest:
        error = FieldError(
            pointer="/deadline_trading_days",
            rule="P4.1",
            message_zh=f"应为1至{longest}个交易日",
            message_en=f"must be 1 to {longest} trading days",
        )
        raise DeadlineInvalid(errors=[error])
    return Term(value=trading_days, unit="trading_days")


def _row(code: str, on: date) -> dict[str, str] | None:
    return next((row for row in _in_force(on) if row["code"] == code), None)


def _codes(on: date, subject: SubjectKind) -> set[str]:
    return {row["code"] for row in _in_force(on) if subject in row["subjects"].split()}


def _in_force(on: date) -> list[dict[str, str]]:
    return [
        row
        for row in rows("notice_grounds.csv")
        if in_force(on, day_or_none(row["from"]), day_or_none(row["to"]))
    ]  # fmt: skip


def _board_rule(code: str, on: date) -> BoardRule | None:
    rules = BoardRules.bundled()
    acting = (one for area in ("pledgor", "pledgee") for one in rules.acting(on=on, area=area, occasion="publication"))
    return next((one for one in acting if one.id == code), None)


def _words(row: dict[str, str]) -> tuple[str, str]:
    return row["message_zh"], row["message_en"]


def _ground(row: dict[str, str] | None, *, code: str, version: str, pointer: str, words: tuple[str, str]) -> Ground:
    if row is None:
        raise LookupError("no row says what follows a rule that fails")
    return Ground(
        kind=cast("GroundKind", row["kind"]),
        code=code,
        version=version,
        pointer=pointer,
        message_zh=words[0],
        message_en=words[1],
        steps=cast("tuple[Step, ...]", tuple(row["steps"].split())),
        deadline=row["deadline"],
    )


def _unknown(pointer: str, code: str) -> FieldError:
    return FieldError(
        pointer=pointer,
        rule="unknown_code",
        message_zh=f"代码{code}无效，或不适用于该对象",
        message_en=f"The code {code} is unknown or not for this subject",
    )
