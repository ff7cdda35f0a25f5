"""Lines estimated for pledges without a reported contract (FIN17). Labelled "estimate"; never in indicators."""

from dataclasses import dataclass
from fractions import Fraction

from finance.units import Exact

# A vendor's assumptions (FIN10): for estimates only.
PLEDGE_RATE = Fraction(40, 100)
WARNING = Fraction(160, 100)
LIQUIDATION = Fraction(140, 100)


@dataclass(frozen=True, slots=True)
class EstimatedLines:
    """Prices in CNY at which a pledge would meet its lines."""

    warning_price: Fraction
    liquidation_price: Fraction


def estimated_lines(
    close_at_start: Exact, *, warning: Exact = WARNING, liquidation: Exact = LIQUIDATION
) -> EstimatedLines:
    """Forward-adjusted close at the pledge's start x 40% x the lines (160/140, or 150/130 where asked)."""
    base = Fraction(close_at_start) * PLEDGE_RATE
    return EstimatedLines(base * Fraction(warning), base * Fraction(liquidation))
