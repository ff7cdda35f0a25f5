"""Dated rules as data (FIN18): which rule acts in a scope on a day, how severely, and on what evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Literal, cast

from finance.lines import Word, compare
from finance.tables import day_or_none, in_force, rows
from finance.units import Exact

Scope = Literal["BP", "BE", "SUB", "IND"]
Severity = Literal["refuse", "needs_person", "warn", "indicator"]
Evidence = Literal["rule", "to_confirm", "judgement"]


class NoSuchRule(LookupError):
    """No rule of that id acts on that day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One dated row. `value` is the number the words of limits compare with; None where the rule is a flag.

    `starts` is included, `ends` is the first day the rule no longer acts; severities stand by scope. Evidence other
    than `rule` is shown wherever the rule acts.
    """

    id: str
    version: int
    text_zh: str
    text_en: str
    word: Word | None
    value: Fraction | None
    unit: str
    starts: date | None
    ends: date | None
    severities: dict[Scope, Severity]
    regime: str
    status: Evidence

    def acts_on(self, day: date) -> bool:
        """Whether it is in force on the day. Caps bind what begins on such a day."""
        return in_force(day, self.starts, self.ends)

    def severity(self, scope: Scope) -> Severity | None:
        """How severely it acts in a scope; None where it does not act at all."""
        return self.severities.get(scope)

    def holds(self, value: Exact) -> bool:
        """Whether a value keeps to the rule's limit.

        Raises:
            NoSuchRule: the rule has no number to compare with.
        """
        if self.word is None or self.value is None:
            raise NoSuchRule(f"{self.id} has no limit to compare with")
        return compare(self.word, value, self.value)


class RuleBook:
    """All dated rules, looked up by id, day and scope."""

    def __init__(self, every: Iterable[Rule]) -> None:
        self._rules = tuple(every)

    @classmethod
    def bundled(cls) -> "RuleBook":
        """The rules that come with the code."""
        return _bundled()

    def in_force(self, on: date, scope: Scope) -> tuple[Rule, ...]:
        """The rules that act in a scope on a day."""
        return tuple(one for one in self._rules if scope in one.severities and one.acts_on(on))

    def all_of(self, rule_id: str, on: date) -> tuple[Rule, ...]:
        """Every row of a rule on a day (tiers, classes)."""
        return tuple(one for one in self._rules if one.id == rule_id and one.acts_on(on))

    def get(self, rule_id: str, on: date, *, unit: str | None = None) -> Rule:
        """The rule of an id on a day; `unit` chooses where it has several rows.

        Raises:
            NoSuchRule: there is none, or more than one and no unit chooses.
        """
        found = [one for one in self.all_of(rule_id, on) if unit is None or one.unit == unit]
        if len(found) != 1:
            raise NoSuchRule(f"{len(found)} rows of {rule_id} act on {on}")
        return found[0]


# FR19: the class of a firm by its grade; D and E have no limit on file: a person decides.
CLASS_OF_GRADE = {
    **dict.fromkeys(("AAA", "AA", "A"), "A"),
    **dict.fromkeys(("BBB", "BB", "B"), "B"),
    **dict.fromkeys(("CCC", "CC", "C"), "C"),
}


def _rule(row: dict[str, str]) -> Rule:
    pairs = (one.split(":") for one in row["scopes"].split())
    return Rule(
        id=row["id"],
        version=int(row["version"]),
        text_zh=row["rule_zh"],
        text_en=row["rule_en"],
        word=cast("Word", row["word"]) if row["word"] else None,
        value=Fraction(row["value"]) if row["value"] else None,
        unit=row["unit"],
        starts=day_or_none(row["from"]),
        ends=day_or_none(row["to"]),
        severities={cast("Scope", scope): cast("Severity", severity) for scope, severity in pairs},
        regime=row["regime"],
        status=cast("Evidence", row["status"]),
    )


@cache
def _bundled() -> RuleBook:
    return RuleBook(_rule(row) for row in rows("rules.csv"))
