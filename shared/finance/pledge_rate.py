"""Pledge rate 质押率 and the bands the market keeps to (FIN7). Above a band only warns."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from finance.boards import Segment, segment_of
from finance.lines import above, below
from finance.units import FEN_PER_YUAN, Exact


@dataclass(frozen=True, slots=True)
class Band:
    """The usual pledge rates of a segment, both ends included."""

    low: Fraction
    high: Fraction

    def place(self, rate: Exact) -> str:
        """`below`, `within` or `above` the band."""
        if above(rate, self.high):
            return "above"
        return "below" if below(rate, self.low) else "within"


BANDS: dict[Segment, Band] = {
    "main": Band(Fraction(50, 100), Fraction(55, 100)),
    "former_sme": Band(Fraction(40, 100), Fraction(45, 100)),
    "chinext": Band(Fraction(30, 100), Fraction(35, 100)),
}


def pledge_rate(principal_fen: int, quantity: Exact, average_price: Exact) -> Fraction | None:
    """Principal / (quantity x AVG7); None where the collateral is worth nothing."""
    value = Fraction(quantity) * Fraction(average_price) * FEN_PER_YUAN
    return principal_fen / value if value > 0 else None


def most_lent(quantity: Exact, average_price: Exact, rate: Exact) -> int:
    """The largest principal in fen at a pledge rate: quantity x AVG7 x rate, floored to the fen."""
    exact = Fraction(quantity) * Fraction(average_price) * Fraction(rate) * FEN_PER_YUAN
    return exact.numerator // exact.denominator


def band(market: str, code: str, on: date) -> Band | None:
    """The band of a security's segment; None where none is on file."""
    segment = segment_of(market, code, on)
    return BANDS.get(segment) if segment else None
