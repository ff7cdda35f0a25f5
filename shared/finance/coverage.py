"""Coverage ratio 履约保障比例, its level, and what a price must do to reach a line (FIN8, FIN10, FIN11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from finance.lines import at_or_below
from finance.units import E6, FEN_PER_YUAN, Exact


class Level(StrEnum):
    """Where a ratio stands against its lines."""

    NORMAL = "NORMAL"
    WARNING = "WARNING"
    TRIGGERED = "TRIGGERED"


class LinesInvalid(ValueError):
    """Lines must satisfy W > L > 1."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Warning and liquidation line of a contract, as fractions (1.5, 1.3)."""

    warning: Exact
    liquidation: Exact

    def __post_init__(self) -> None:
        if not Fraction(self.warning) > Fraction(self.liquidation) > 1:
            raise LinesInvalid(f"W > L > 1 does not hold for {self.warning} and {self.liquidation}")

    @classmethod
    def highest(cls, several: Iterable["Lines"]) -> "Lines":
        """The lines of a merge group: the highest of each."""
        group = list(several)
        return cls(max(Fraction(one.warning) for one in group), max(Fraction(one.liquidation) for one in group))


# Unreported lines: a rule of thumb of the market (judgement, FIN10).
DEFAULT_LINES = Lines(Fraction(3, 2), Fraction(13, 10))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The parts of the ratio, in fen: V, K, O and D. Parts add up (merge group, market: sums first, then the ratio)."""

    collateral_fen: int
    cash_fen: int
    other_fen: int
    debt_fen: int

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.collateral_fen + other.collateral_fen,
            self.cash_fen + other.cash_fen,
            self.other_fen + other.other_fen,
            self.debt_fen + other.debt_fen,
        )

    @property
    def cover_fen(self) -> int:
        """V + K + O."""
        return self.collateral_fen + self.cash_fen + self.other_fen

    @property
    def ratio(self) -> Fraction | None:
        """(V + K + O) / D, exact; None without debt: undefined, never infinite."""
        return Fraction(self.cover_fen, self.debt_fen) if self.debt_fen > 0 else None

    def level(self, lines: Lines) -> Level:
        """The level; NORMAL without debt (callers flag it: `ratio` is None)."""
        ratio = self.ratio
        if ratio is None:
            return Level.NORMAL
        if at_or_below(ratio, lines.liquidation):
            return Level.TRIGGERED
        return Level.WARNING if at_or_below(ratio, lines.warning) else Level.NORMAL


NOTHING = Coverage(0, 0, 0, 0)


def total(parts: Iterable[Coverage]) -> Coverage:
    """The sum of the parts."""
    return sum(parts, NOTHING)


def level_e6(cover_fen: int, debt_fen: int, *, warning_e6: int, liquidation_e6: int) -> Level:
    """`Coverage.level` on integers, for the hot path: lines in millionths."""
    if debt_fen <= 0:
        return Level.NORMAL
    cover = cover_fen * E6
    if at_or_below(cover, liquidation_e6 * debt_fen):
        return Level.TRIGGERED
    return Level.WARNING if at_or_below(cover, warning_e6 * debt_fen) else Level.NORMAL


def exchange_style(collateral_fen: int, initial_amount_fen: int) -> Fraction | None:
    """Sum V / sum P: initial amounts of open contracts, no interest, no cash. Drives nothing; shown beside."""
    return Fraction(collateral_fen, initial_amount_fen) if initial_amount_fen > 0 else None


def adjusted(collateral_fen: int, other_fen: int, initial_amount_fen: int, repaid_fen: int) -> Fraction | None:
    """(V + O) / (P - repayments). Labelled, never mixed with the others."""
    left = initial_amount_fen - repaid_fen
    return Fraction(collateral_fen + other_fen, left) if left > 0 else None


def line_price(position: Coverage, quantity: Exact, line: Exact, *, of_this_fen: int) -> Fraction:
    """p(m) = (m D - K - O - other V) / quantity, in CNY: the price of one security at which the line is met.

    `of_this_fen` is that security's part of V. Negative: no price of it alone reaches the line.
    """
    rest = position.cash_fen + position.other_fen + position.collateral_fen - of_this_fen
    return (Fraction(line) * position.debt_fen - rest) / FEN_PER_YUAN / Fraction(quantity)


def fall_to_line(position: Coverage, line: Exact) -> Fraction | None:
    """x(m) = 1 - (m D - K - O) / V: the uniform fall that reaches the line; None without collateral."""
    if position.collateral_fen <= 0:
        return None
    return 1 - (Fraction(line) * position.debt_fen - position.cash_fen - position.other_fen) / position.collateral_fen


def distance_to_margin_call(fall: Exact, daily_volatility: Exact) -> Fraction | None:
    """Fall to the liquidation line in daily volatilities; None when the price does not move."""
    return Fraction(fall) / Fraction(daily_volatility) if daily_volatility else None
