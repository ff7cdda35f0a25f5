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
from monitoring.domain.metric_registry import AlertLevel, CoverageRatio, FigureLevel, Threshold
from monitoring.domain.valuation import UnknownReason, ValuedContract
from monitoring.transport.http.numbers import Decimal, Money, defined, place

SHOWN_PLACES = 4  # a ratio is shown to 0.01%


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
    revision: Annotated[int, place()]

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

    numerator: Annotated[Money, defined("figure.numerator")]
    denominator: Annotated[Money, defined("figure.denominator")]
    left_out: Annotated[Money, defined("figure.left_out")]
    total: Annotated[Money, defined("figure.total")]

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

    levels: Annotated[dict[AlertLevel, Decimal], defined("threshold.level")]
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
    value: Annotated[Value | None, defined("{id}")]
    level: FigureLevel
    sides: Sides
    beside: Annotated[dict[str, Value | None], defined("{id}.{key}")]
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


class ValuationShown(BaseModel):
    """One contract as valued: P, D, V, K, O of its own, the ratio and lines of its merge group, where it came from."""

    initial_amount: Annotated[Money, defined("valuation.initial_amount")]
    interest: Annotated[Money | None, defined("valuation.interest")]
    debt: Annotated[Money | None, defined("valuation.debt")]
    collateral_value: Annotated[Money | None, defined("valuation.collateral_value")]
    pledged_cash: Annotated[Money, defined("valuation.pledged_cash")]
    other_collateral: Annotated[Money, defined("valuation.other_collateral")]
    coverage: Annotated[
        Value | None, defined("valuation.coverage", description="Of the merge group: full ratio (V+K+O)/D")
    ]
    warning_line: Annotated[Decimal, defined("valuation.warning_line")]
    liquidation_line: Annotated[Decimal, defined("valuation.liquidation_line")]
    lines_reported: bool
    level: Literal["NORMAL", "WARNING", "TRIGGERED", "unknown"]
    unknown_because: UnknownReason | None
    missing: list[str]
    stale_days: Annotated[int, defined("valuation.stale_days")]
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
