"""The table of rules: what stands in data (texts, severities, dates) and the function that checks it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar

from submissions.dictionary import table, taken_types, types

Severity = Literal["F", "E", "W", "N"]
FIRST_DAY = date(2018, 1, 15)
# A check answers with the path of the field that breaks the rule, None where it holds, or NOT_CHECKED.
Check = Callable[[Any, Any], str | None]
C = TypeVar("C", bound=Callable[..., str | None])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as published: id, category, severity, the types it holds for, the day it begins, texts, an example."""

    id: str
    category: str
    severity: Severity
    record_types: frozenset[str]
    starts: date
    message_zh: str
    message_en: str
    example: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A rule's check for one record type.

    `needs` reads the values it stands on: absent ones leave it unasked. `actions` names those it is about; none: all.
    """

    rule: Rule
    check: Check
    actions: frozenset[str]
    needs: Callable[[Any], Any] | None
    one_need: bool

    def asked(self, record: Any) -> bool:  # a struct made at run time
        """Whether every value the check stands on is there."""
        if self.needs is None:
            return True
        values = self.needs(record)
        return values is not None if self.one_need else None not in values


@dataclass(frozen=True, slots=True)
class _Entry:
    rule_id: str
    record_types: tuple[str, ...]
    needs: tuple[str, ...]
    actions: frozenset[str]
    check: Check


_registry: list[_Entry] = []


def check(
    rule_id: str, *record_types: str, needs: tuple[str, ...] = (), actions: tuple[str, ...] = ()
) -> Callable[[C], C]:
    """Registers a check of a rule for some record types and actions (for all that are taken, where none is named)."""

    def register(function: C) -> C:
        _registry.append(_Entry(rule_id, record_types or taken_types(), needs, frozenset(actions), function))
        return function

    return register


@cache
def rules() -> dict[str, Rule]:
    """Every rule by id, in the order in which they are checked."""
    by_code = {one.code: name for name, one in types().items()}
    return {
        row["id"]: Rule(
            id=row["id"],
            category=row["category"],
            severity=row["severity"],  # type: ignore[arg-type]  # a test holds the table to the four letters
            record_types=frozenset(types() if row["types"] == "*" else (by_code[one] for one in row["types"].split())),
            starts=date.fromisoformat(row["from"]) if row["from"] else FIRST_DAY,
            message_zh=row["message_zh"],
            message_en=row["message_en"],
            example=row["example"],
        )
        for row in table("rules.csv")
    }


@cache
def checks_for(record_type: str) -> tuple[Registered, ...]:
    """The checks of a record type, in the order of the table."""
    order = list(rules())
    entries = sorted(
        (one for one in _registry if record_type in one.record_types), key=lambda one: order.index(one.rule_id)
    )
    return tuple(
        Registered(
            rule=rules()[one.rule_id],
            check=one.check,
            actions=one.actions,
            needs=attrgetter(*one.needs) if one.needs else None,
            one_need=len(one.needs) == 1,
        )
        for one in entries
    )


def registered_rules() -> frozenset[str]:
    """The ids of every rule that has a check."""
    return frozenset(one.rule_id for one in _registry)


@cache
def checks_on(record_type: str, action: str | None, day: date) -> tuple[Registered, ...]:
    """The checks of a record of a type under an action, of the rules in force on its day of receipt."""
    return tuple(
        one for one in checks_for(record_type) if one.rule.starts <= day and (not one.actions or action in one.actions)
    )


@cache
def functions_on(record_type: str, action: str | None, day: date) -> tuple[Check, ...]:
    """The functions of `checks_on`, in the same order."""
    return tuple(one.check for one in checks_on(record_type, action, day))
