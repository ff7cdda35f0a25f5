"""Board rules as dated data (P11.6): which rule acts on a day in an area, how severely, in which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Literal, cast

from finance.rules import Rule as FinanceRule
from finance.rules import RuleBook
from finance.rules import Scope as FinanceScope
from review.domain.dated_tables import day_or_none, in_force, rows
from review.domain.listing_content import Area

Severity = Literal["refuse", "needs_person", "warn"]
Occasion = Literal["publication", "daily"]
_SCOPES: dict[Area, FinanceScope] = {"pledgor": "BP", "pledgee": "BE"}


@dataclass(frozen=True, kw_only=True)
class BoardRule:
    """One rule as it acts in one area on one day. `limit` is the number it compares with, where it has one."""

    id: str
    version: str
    clause: str
    check: str
    severity: Severity
    occasions: frozenset[Occasion]
    status: str
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str
    limit: Fraction | None = None
    word: str | None = None


class BoardRules:
    """All board rules, as the table beside the code and the dated rules of finance say them."""

    def __init__(self, table: Iterable[dict[str, str]], finance: RuleBook) -> None:
        self._table = tuple(table)
        self._finance = finance

    @classmethod
    def bundled(cls) -> "BoardRules":
        """The rules that come with the code."""
        return _bundled()

    def acting(self, *, on: date, area: Area, occasion: Occasion) -> tuple[BoardRule, ...]:
        """The rules of an area on a day, in the table's order."""
        found = (
            self._rule(row, on, area)
            for row in self._table
            if row["area"] in (area, "both") and occasion in row["at"].split()
        )
        return tuple(one for one in found if one is not None)

    def _rule(self, row: dict[str, str], on: date, area: Area) -> BoardRule | None:
        if row["severity"]:
            return _own(row) if in_force(on, day_or_none(row["from"]), day_or_none(row["to"])) else None
        scope = _SCOPES[area]
        dated = next((one for one in self._finance.in_force(on, scope) if one.id == row["id"]), None)
        return _lent(row, dated, scope) if dated else None


def _own(row: dict[str, str]) -> BoardRule:
    return _board_rule(row, version=row["version"], severity=row["severity"], status=row["status"])


def _lent(row: dict[str, str], dated: FinanceRule, scope: FinanceScope) -> BoardRule:
    version = f"{row['version']}.{dated.version}"
    severity = dated.severity(scope) or ""
    return _board_rule(row, version=version, severity=severity, status=dated.status, limit=dated.value, word=dated.word)


def _board_rule(  # one keyword for each thing that may come from either table
    row: dict[str, str],
    *,
    version: str,
    severity: str,
    status: str,
    limit: Fraction | None = None,
    word: str | None = None,
) -> BoardRule:
    return BoardRule(
        id=row["id"],
        version=version,
        clause=row["clause"],
        check=row["check"],
        severity=cast("Severity", severity),
        occasions=cast("frozenset[Occasion]", frozenset(row["at"].split())),
        status=status,
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        message_zh=row["message_zh"],
        message_en=row["message_en"],
        fix_zh=row["fix_zh"],
        fix_en=row["fix_en"],
        limit=limit,
        word=word,
    )


@cache
def _bundled() -> BoardRules:
    return BoardRules(rows("board_rules.csv"), RuleBook.bundled())
