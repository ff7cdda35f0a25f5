"""Registration checklists as dated data (P17): they inform, and never block a change of state."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Variant = Literal["SEC", "NEEQ", "FUND", "EQ"]
By = Literal["G", "E", "B", "C", "A"]
Evidence = Literal["rule", "judgement", "to_confirm"]
_VARIANTS: dict[str, Variant] = {"neeq_share": "NEEQ", "fund_unit": "FUND", "plan_unit": "FUND"}


@dataclass(frozen=True, kw_only=True)
class ChecklistItem:
    """One paper: for which steps, who brings it, what it proves, and how sure we are that it is asked for."""

    id: str
    variants: frozenset[Variant]
    steps: tuple[str, ...]
    by: By
    evidence: Evidence
    document_zh: str
    document_en: str
    proves_zh: str
    proves_en: str


def checklist(variant: Variant, *, on: date, step: str | None = None) -> tuple[ChecklistItem, ...]:
    """The items of a variant in force on a day, in the table's order; of one step where asked."""
    return tuple(
        item
        for item, starts, ends in _items()
        if variant in item.variants
        and (step is None or step in item.steps)
        and (starts is None or starts <= on)
        and (ends is None or on < ends)
    )


def variant_of(asset_classes: frozenset[str]) -> Variant:
    """Which forms a pledge of these is registered with; what is not told apart is registered as listed securities."""
    found = {_VARIANTS[one] for one in asset_classes if one in _VARIANTS}
    return found.pop() if len(found) == 1 and asset_classes <= _VARIANTS.keys() else "SEC"


@cache
def _items() -> tuple[tuple[ChecklistItem, date | None, date | None], ...]:
    text = files("listing.domain").joinpath("data", "checklists.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple((_item(row), _day(row["from"]), _day(row["to"])) for row in rows)


def _item(row: dict[str, str]) -> ChecklistItem:
    return ChecklistItem(
        id=row["id"],
        variants=cast("frozenset[Variant]", frozenset(row["variants"].split())),
        steps=tuple(row["steps"].split()),
        by=cast("By", row["by"]),
        evidence=cast("Evidence", row["evidence"]),
        document_zh=row["document_zh"],
        document_en=row["document_en"],
        proves_zh=row["proves_zh"],
        proves_en=row["proves_en"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
