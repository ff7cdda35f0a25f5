"""The one metric registry: what each figure is, and the dated levels it is judged by.

It drives the engine (`figures`), the interface and the definition pages (I6); the data stand in `data/`.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import ClassVar, Final, Literal

from chassis.kernel import Refusal
from finance.lines import Word, compare

AlertLevel = Literal["attention", "warning", "alert"]
FigureLevel = Literal["normal", "attention", "warning", "alert", "unknown", "none"]
Scope = Literal["market", "security", "borrower", "firm", "plan"]
CoverageRatio = Literal["full", "exchange_style"]
MissingPolicy = Literal["unknown", "leave_out"]
Parts = Literal["coverage", "exchange_style", "warning", "liquidation", "borrower"]
ALERT_LEVELS: Final[tuple[AlertLevel, ...]] = ("attention", "warning", "alert")
_WORDS: Final[Mapping[str, Word]] = {">=": "at_or_above", "<=": "at_or_below"}


class MetricUnknown(Refusal):
    """No figure of that id is registered."""

    slug: ClassVar[str] = "metric-unknown"
    title_zh: ClassVar[str] = "没有这个指标"
    title_en: ClassVar[str] = "There is no such indicator"


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """The levels of one figure from a day on, each reached *at* its number (M21). Without levels: display only."""

    metric_id: str
    levels: Mapping[AlertLevel, Fraction]
    comparison: str
    unit: str
    window: str
    effective_from: date
    status: str
    basis: str

    def level_of(self, value: Fraction) -> FigureLevel:
        """The worst level the value reaches; exact values are compared."""
        if not self.levels:
            return "none"
        reached = [one for one, line in self.levels.items() if compare(_WORDS[self.comparison], value, line)]
        return max(reached, key=ALERT_LEVELS.index) if reached else "normal"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """The definition of one figure, complete (I6)."""

    id: str
    clause: str
    title_zh: str
    title_en: str
    formula_zh: str
    formula_en: str
    inputs: tuple[str, ...]
    unit: str
    scope: Scope
    window: str
    coverage_ratio: CoverageRatio
    missing: MissingPolicy
    parts: Parts
    drives: bool
    thresholds: tuple[Threshold, ...]

    def threshold_on(self, day: date) -> Threshold | None:
        """The levels in force on a day; None before the first."""
        known = [one for one in self.thresholds if one.effective_from <= day]
        return max(known, key=lambda one: one.effective_from) if known else None

    def level_of(self, value: Fraction, *, on: date) -> FigureLevel:
        """The level of a known value on a day."""
        threshold = self.threshold_on(on)
        return threshold.level_of(value) if threshold and self.drives else "none"


class MetricRegistry:
    """Every registered figure, by id."""

    def __init__(self, metrics: Iterator[Metric]) -> None:
        self._metrics = {one.id: one for one in metrics}

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._metrics.values())

    def get(self, metric_id: str) -> Metric:
        """One definition.

        Raises:
            MetricUnknown: there is none.
        """
        try:
            return self._metrics[metric_id]
        except KeyError:
            raise MetricUnknown(id=metric_id, known=sorted(self._metrics)) from None


@cache
def registry() -> MetricRegistry:
    """The registry as the package's data say."""
    data = files("monitoring.domain") / "data"
    thresholds = list(_thresholds((data / "thresholds.csv").read_text(encoding="utf-8")))
    entries = tomllib.loads((data / "metrics.toml").read_text(encoding="utf-8"))["metric"]
    return MetricRegistry(
        Metric(
            **{**entry, "inputs": tuple(entry["inputs"])},
            thresholds=tuple(one for one in thresholds if one.metric_id == entry["id"]),
        )
        for entry in entries
    )


def _thresholds(text: str) -> Iterator[Threshold]:
    for row in csv.DictReader(text.splitlines()):
        numbers = {one: row[f"level_{at}"] for at, one in enumerate(ALERT_LEVELS, start=1)}
        yield Threshold(
            metric_id=row["indicator_id"],
            levels={one: Fraction(Decimal(number)) for one, number in numbers.items() if number},
            comparison=row["comparison"],
            unit=row["unit"],
            window=row["window"],
            effective_from=date.fromisoformat(row["effective_from"]),
            status=row["status"],
            basis=row["basis"],
        )
