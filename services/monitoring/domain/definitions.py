"""A definition for each number that an answer shows (I6): indicators, the numbers beside them, and reported fields.

Indicators come from the metric registry, the numbers beside them from `data/numbers.toml`, fields of records from the
dictionary that they are read with: what is shown and what is explained have one source each.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from monitoring.domain.metric_registry import CoverageRatio, Metric, MetricUnknown, Threshold, registry
from submissions.dictionary import PLACES, Field, fields, types

Scope = Literal["market", "security", "borrower", "firm", "plan", "merge_group", "contract", "stream", "record"]
CutOff = Literal["valuation", "read", "record", "rule"]
Missing = Literal["unknown", "leave_out", "null", "counted", "as_reported"]
_UNITS: Final = {
    "money": "CNY",
    "signed": "CNY",
    "price": "CNY per unit",
    "quantity": "shares or units",
    "ratio": "ratio",
    "integer": "count",
    "counts": "count",
}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a number is. `coverage_ratio` says which ratio it speaks of, None where it speaks of none."""

    id: str
    clause: str
    title_zh: str
    title_en: str
    formula_zh: str
    formula_en: str
    inputs: tuple[str, ...]
    unit: str
    scope: Scope
    cut_off: CutOff
    window: str
    coverage_ratio: CoverageRatio | None
    missing: Missing
    drives: bool = False
    thresholds: tuple[Threshold, ...] = ()


class Definitions:
    """Every definition, by id."""

    def __init__(self, definitions: Iterator[Definition]) -> None:
        self._definitions = {one.id: one for one in definitions}

    def __iter__(self) -> Iterator[Definition]:
        return iter(self._definitions.values())

    def __contains__(self, definition_id: str) -> bool:
        return definition_id in self._definitions

    def get(self, definition_id: str) -> Definition:
        """One definition.

        Raises:
            MetricUnknown: there is none.
        """
        try:
            return self._definitions[definition_id]
        except KeyError:
            raise MetricUnknown(id=definition_id) from None


@cache
def definitions() -> Definitions:
    """All of them."""

    def every() -> Iterator[Definition]:
        yield from (_of_metric(one) for one in registry())
        yield from _numbers()
        for record_type in types():
            yield from (_of_field(record_type, one) for one in fields(record_type) if is_number(one))

    return Definitions(every())


def is_number(field: Field) -> bool:
    """Whether a field of a record is a number and not a name, a code or a day."""
    return field.kind in _UNITS


def _of_metric(metric: Metric) -> Definition:
    return Definition(
        id=metric.id,
        clause=metric.clause,
        title_zh=metric.title_zh,
        title_en=metric.title_en,
        formula_zh=metric.formula_zh,
        formula_en=metric.formula_en,
        inputs=metric.inputs,
        unit=metric.unit,
        scope=metric.scope,
        cut_off="valuation",
        window=metric.window,
        coverage_ratio=metric.coverage_ratio,
        missing=metric.missing,
        drives=metric.drives,
        thresholds=metric.thresholds,
    )


def _numbers() -> Iterator[Definition]:
    data = files("monitoring.domain") / "data" / "numbers.toml"
    for entry in tomllib.loads(data.read_text(encoding="utf-8"))["number"]:
        ratio = None if entry["coverage_ratio"] == "none" else entry["coverage_ratio"]
        yield Definition(**{**entry, "inputs": tuple(entry["inputs"]), "coverage_ratio": ratio})


def _of_field(record_type: str, field: Field) -> Definition:
    of_type = types()[record_type]
    places = f"，{PLACES[field.kind]} 位小数" if field.kind in PLACES else ""
    digits = f", {PLACES[field.kind]} places" if field.kind in PLACES else ""
    return Definition(
        id=f"{record_type}.{field.name}",
        clause="附录一" if field.evidence == "rule" else "附录一（口径）",
        title_zh=f"{of_type.name_zh}：{field.name_zh}",
        title_en=f"{of_type.name_en}: {field.name_en}",
        formula_zh=f"证券公司报送的字段 {record_type}.{field.name} 原值{places}",
        formula_en=f"the field {record_type}.{field.name} as the firm reported it{digits}",
        inputs=(f"{record_type}.{field.name}",),
        unit=_UNITS[field.kind],
        scope="record",
        cut_off="record",
        window="once",
        coverage_ratio="full" if (record_type, field.name) == ("contract", "coverage_reported") else None,
        missing="as_reported",
    )
