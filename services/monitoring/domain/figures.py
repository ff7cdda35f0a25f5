"""Market figures from firms' sums: exact fractions, rounded only where they are shown (M9.3, M9.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from finance.lines import above
from monitoring.domain.metric_registry import FigureLevel, Metric
from monitoring.domain.sums import BookSums

LEFT_OUT_MAX: Final = Fraction(1, 100)
FALL_DAYS: Final = 20
FALL_DAYS_BESIDE: Final = 5
FigureState = Literal["known", "unknown", "undefined", "warming_up"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The two sides of a figure, in fen, and the P that was left out of both, of the P there is."""

    numerator_fen: int
    denominator_fen: int
    left_out_fen: int
    total_fen: int

    @property
    def is_unknown(self) -> bool:
        """Above 1% of P left out, the rest does not speak for the whole (policy X)."""
        return self.total_fen > 0 and above(Fraction(self.left_out_fen, self.total_fen), LEFT_OUT_MAX)

    @property
    def value(self) -> Fraction | None:
        """The quotient; None where there is nothing to divide by."""
        return Fraction(self.numerator_fen, self.denominator_fen) if self.denominator_fen else None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One value of one metric on one day, and the day's ratio it is made of.

    `unknown`: more was left out than the missing-data policy allows. `undefined`: nothing to divide by.
    `warming_up`: the window is not yet full. `beside` are values shown with it that drive nothing.
    """

    metric: Metric
    day: date
    state: FigureState
    value: Fraction | None
    ratio: Ratio
    beside: Mapping[str, Fraction | None] = field(default_factory=dict)

    @property
    def level(self) -> FigureLevel:
        """The level the value reaches; `unknown` where a driving value is not known, `none` where none is due."""
        if self.value is not None:
            return self.metric.level_of(self.value, on=self.day)
        return "unknown" if self.state == "unknown" and self.metric.drives else "none"


@dataclass(frozen=True, kw_only=True)
class MarketHistory:
    """The market's sums at the end of earlier days; None where the platform holds none for that day."""

    before_20: BookSums | None = None
    before_5: BookSums | None = None


def mean_coverage(sums: BookSums) -> Ratio:
    """M9.3a: sum(V + K + O) / sum D."""
    return Ratio(sums.valued_cover_fen, sums.valued_debt_fen, sums.unvalued_initial_fen, sums.initial_fen)


def exchange_style(sums: BookSums) -> Ratio:
    """M9.3c: sum V / sum P."""
    return Ratio(sums.valued_collateral_fen, sums.valued_initial_fen, sums.unvalued_initial_fen, sums.initial_fen)


def share_at_warning(sums: BookSums) -> Ratio:
    """M9.4a: sum P[PG <= W] / sum P."""
    return Ratio(sums.warning_initial_fen, sums.judged_initial_fen, sums.unjudged_initial_fen, sums.initial_fen)


def share_at_liquidation(sums: BookSums) -> Ratio:
    """M9.4b: sum P[PG <= L] / sum P."""
    return Ratio(sums.liquidation_initial_fen, sums.judged_initial_fen, sums.unjudged_initial_fen, sums.initial_fen)


def market_figure(metric: Metric, *, day: date, sums: BookSums, history: MarketHistory) -> Figure:
    """The value of one market metric; every metric of the market has its formula here (a test compares)."""
    return FORMULAS[metric.id](metric, day, sums, history)


def relative_fall(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """1 - now / before; a base of zero is undefined."""
    return None if now is None or not before else 1 - now / before


Formula = Callable[[Metric, date, BookSums, MarketHistory], Figure]


def _mean(ratio_of: Callable[[BookSums], Ratio]) -> Formula:
    def figure(metric: Metric, day: date, sums: BookSums, _: MarketHistory) -> Figure:
        ratio = ratio_of(sums)
        return _figure(metric, day, ratio, ratio.value)

    return figure


def _share(ratio_of: Callable[[BookSums], Ratio]) -> Formula:
    def figure(metric: Metric, day: date, sums: BookSums, _: MarketHistory) -> Figure:
        ratio = ratio_of(sums)
        # A true absence is zero: without a contract nothing stands at a line.
        return _figure(metric, day, ratio, ratio.value if sums.contract_count else Fraction(0))

    return figure


def _fall(metric: Metric, day: date, sums: BookSums, history: MarketHistory) -> Figure:
    today = mean_coverage(sums)
    beside = {f"{FALL_DAYS_BESIDE}td": _fall_since(today, history.before_5)}
    if history.before_20 is None:
        return Figure(metric=metric, day=day, state="warming_up", value=None, ratio=today, beside=beside)
    if mean_coverage(history.before_20).is_unknown:
        return Figure(metric=metric, day=day, state="unknown", value=None, ratio=today, beside=beside)
    return _figure(metric, day, today, _fall_since(today, history.before_20), beside)


def _fall_since(today: Ratio, before: BookSums | None) -> Fraction | None:
    if before is None or today.is_unknown or mean_coverage(before).is_unknown:
        return None
    return relative_fall(today.value, mean_coverage(before).value)


def _figure(
    metric: Metric,
    day: date,
    ratio: Ratio,
    value: Fraction | None,
    beside: Mapping[str, Fraction | None] | None = None,
) -> Figure:
    if ratio.is_unknown:
        return Figure(metric=metric, day=day, state="unknown", value=None, ratio=ratio, beside=beside or {})
    state: FigureState = "undefined" if value is None else "known"
    return Figure(metric=metric, day=day, state=state, value=value, ratio=ratio, beside=beside or {})


FORMULAS: Final[Mapping[str, Formula]] = {
    "M9.3a": _mean(mean_coverage),
    "M9.3b": _fall,
    "M9.3c": _mean(exchange_style),
    "M9.4a": _share(share_at_warning),
    "M9.4b": _share(share_at_liquidation),
}
