"""How figures look on the wire: exact fractions beside what is shown, money as CNY with two places, units named."""

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from finance.units import E6, decimal_text, half_up_places
from monitoring.application.book_ports import ReferenceSet, Snapshot
from monitoring.application.queries.read_indicators import Freshness
from monitoring.domain.figures import Figure, FigureState, Ratio
from monitoring.domain.metric_registry import AlertLevel, CoverageRatio, FigureLevel, Metric, Threshold
from monitoring.domain.valuation import UnknownReason, ValuedContract

SHOWN_PLACES = 4  # a ratio is shown to 0.01%
Money = Annotated[str, Field(description="CNY with two places", examples=["160000000.00"])]


class Value(BaseModel):
    """An exact value, and the same half-up to four places."""

    exact: str = Field(examples=["43550/21089"])
    shown: str = Field(examples=["2.0651"])

    @classmethod
    def of(cls, value: Fraction) -> "Value":
        """From the exact fraction."""
        return cls(exact=str(value), shown=f"{half_up_places(value, SHOWN_PLACES):.{SHOWN_PLACES}f}")


class SnapshotUsed(BaseModel):
    """Which snapshot of a kind was used."""

    snapshot_id: UUID
    revision: int

    @classmethod
    def of(cls, snapshot: Snapshot | None) -> "SnapshotUsed | None":
        """None where the kind was never loaded."""
        return None if snapshot is None else cls(snapshot_id=snapshot.id, revision=snapshot.revision)


class ReferencesUsed(BaseModel):
    """The reference data behind a value."""

    price: SnapshotUsed | None
    corporate_action: SnapshotUsed | None
    calendar: SnapshotUsed | None
    security: SnapshotUsed | None

    @classmethod
    def of(cls, reference: ReferenceSet) -> "ReferencesUsed":
        """The four kinds."""
        return cls(
            price=SnapshotUsed.of(reference.price),
            corporate_action=SnapshotUsed.of(reference.corporate_action),
            calendar=SnapshotUsed.of(reference.calendar),
            security=SnapshotUsed.of(reference.security),
        )


class FreshnessShown(BaseModel):
    """Of which data the values speak. Live values are provisional until the end of day (AL4)."""

    business_date: date | None
    as_of: datetime
    state: Literal["live", "end_of_day"]
    provisional: bool
    valued_at: datetime | None
    references: list[ReferencesUsed]
    firms_counted: list[str]
    firms_missing: list[str]

    @classmethod
    def of(cls, freshness: Freshness) -> "FreshnessShown":
        """As the query found it."""
        return cls(
            business_date=freshness.business_date,
            as_of=freshness.as_of,
            state=freshness.state,
            provisional=freshness.state == "live",
            valued_at=freshness.valued_at,
            references=[ReferencesUsed.of(one) for one in freshness.references],
            firms_counted=list(freshness.counted),
            firms_missing=list(freshness.missing),
        )


class Sides(BaseModel):
    """Numerator and denominator of a ratio, and the initial amounts left out of both (missing data)."""

    numerator: Money
    denominator: Money
    left_out: Money
    total: Money

    @classmethod
    def of(cls, ratio: Ratio) -> "Sides":
        """From fen."""
        return cls(
            numerator=money(ratio.numerator_fen),
            denominator=money(ratio.denominator_fen),
            left_out=money(ratio.left_out_fen),
            total=money(ratio.total_fen),
        )


class ThresholdShown(BaseModel):
    """The levels in force from a day on; each is reached at its number."""

    levels: dict[AlertLevel, str]
    comparison: str
    unit: str
    window: str
    effective_from: date
    status: str
    basis: str

    @classmethod
    def of(cls, threshold: Threshold) -> "ThresholdShown":
        """As the registry holds it."""
        return cls(
            levels={level: _plain(value) for level, value in threshold.levels.items()},
            comparison=threshold.comparison,
            unit=threshold.unit,
            window=threshold.window,
            effective_from=threshold.effective_from,
            status=threshold.status,
            basis=threshold.basis,
        )


class FigureShown(BaseModel):
    """One figure of the market."""

    id: str = Field(examples=["M9.3a"])
    title_zh: str
    title_en: str
    unit: str
    coverage_ratio: CoverageRatio
    state: FigureState
    value: Value | None
    level: FigureLevel
    sides: Sides
    beside: dict[str, Value | None]
    threshold: ThresholdShown | None

    @classmethod
    def of(cls, figure: Figure) -> "FigureShown":
        """From the exact figure."""
        metric = figure.metric
        threshold = metric.threshold_on(figure.day)
        return cls(
            id=metric.id,
            title_zh=metric.title_zh,
            title_en=metric.title_en,
            unit=metric.unit,
            coverage_ratio=metric.coverage_ratio,
            state=figure.state,
            value=value_or_none(figure.value),
            level=figure.level,
            sides=Sides.of(figure.ratio),
            beside={name: value_or_none(one) for name, one in figure.beside.items()},
            threshold=ThresholdShown.of(threshold) if threshold else None,
        )


class DefinitionShown(BaseModel):
    """The definition of a figure (I6)."""

    id: str
    clause: str
    title_zh: str
    title_en: str
    formula_zh: str
    formula_en: str
    inputs: list[str]
    unit: str
    scope: str
    cut_off: str
    window: str
    coverage_ratio: CoverageRatio
    drives: bool
    missing_zh: str
    missing_en: str
    restated: bool
    thresholds: list[ThresholdShown]

    @classmethod
    def of(cls, metric: Metric) -> "DefinitionShown":
        """As the registry holds it."""
        missing_zh, missing_en = MISSING[metric.missing]
        return cls(
            id=metric.id,
            clause=metric.clause,
            title_zh=metric.title_zh,
            title_en=metric.title_en,
            formula_zh=metric.formula_zh,
            formula_en=metric.formula_en,
            inputs=list(metric.inputs),
            unit=metric.unit,
            scope=metric.scope,
            cut_off="22:00 Asia/Shanghai",
            window=metric.window,
            coverage_ratio=metric.coverage_ratio,
            drives=metric.drives,
            missing_zh=missing_zh,
            missing_en=missing_en,
            restated=False,
            thresholds=[ThresholdShown.of(one) for one in metric.thresholds],
        )


MISSING = {
    "leave_out": (
        "数据缺失的合约同时从分子与分母剔除并列示金额；剔除金额超过待购回金额的 1% 时，指标未知",
        "A contract with missing data leaves both sides and its amount is shown; above 1% of P the figure is unknown",
    ),
    "unknown": (
        "已知部分触线的，保留并标注不完整；已知部分均正常而有一部分未知的，指标未知；未知不解除预警",
        "A known part at a line stays, marked partial; all known normal and one unknown: unknown, which clears nothing",
    ),
}


class ValuationShown(BaseModel):
    """One contract as valued: P, D, V, K, O of its own, the ratio and lines of its merge group, where it came from."""

    initial_amount: Money
    interest: Money | None
    debt: Money | None
    collateral_value: Money | None
    pledged_cash: Money
    other_collateral: Money
    coverage: Value | None = Field(description="Of the merge group: full ratio (V+K+O)/D")
    warning_line: str
    liquidation_line: str
    lines_reported: bool
    level: Literal["NORMAL", "WARNING", "TRIGGERED", "unknown"]
    unknown_because: UnknownReason | None
    missing: list[str]
    stale_days: int
    merge_group_id: str | None
    accessions: list[str]

    @classmethod
    def of(cls, one: ValuedContract) -> "ValuationShown":
        """From the kept row."""
        return cls(
            initial_amount=money(one.initial_fen),
            interest=money_or_none(one.interest_fen),
            debt=money_or_none(one.debt_fen),
            collateral_value=money_or_none(one.collateral_fen),
            pledged_cash=money(one.cash_fen),
            other_collateral=money(one.other_fen),
            coverage=value_or_none(_coverage(one)),
            warning_line=_plain(Fraction(one.warning_e6, E6)),
            liquidation_line=_plain(Fraction(one.liquidation_e6, E6)),
            lines_reported=one.lines_reported,
            level=one.level.value if one.level else "unknown",
            unknown_because=one.unknown,
            missing=list(one.missing),
            stale_days=one.stale_days,
            merge_group_id=one.merge_group_id,
            accessions=list(one.accessions),
        )


def money(amount_fen: int) -> str:
    """CNY with two places."""
    return decimal_text(amount_fen, 2)


def money_or_none(amount_fen: int | None) -> str | None:
    """The same, where it is known."""
    return None if amount_fen is None else money(amount_fen)


def value_or_none(value: Fraction | None) -> Value | None:
    """A value, where it is known."""
    return None if value is None else Value.of(value)


def _coverage(one: ValuedContract) -> Fraction | None:
    if one.group_cover_fen is None or not one.group_debt_fen:
        return None
    return Fraction(one.group_cover_fen, one.group_debt_fen)


def _plain(value: Fraction) -> str:
    """A number of six places at most, without trailing zeros."""
    text = f"{half_up_places(value, 6):.6f}"
    return text.rstrip("0").rstrip(".")
