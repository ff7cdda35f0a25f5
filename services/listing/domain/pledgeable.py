"""What a participant can still offer: available quantities, their day, and what listings hold of them (P10.0)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from listing.domain.unit_holds import NOTHING, Holding


@dataclass(frozen=True, kw_only=True)
class PledgeablePosition:
    """One position; only `available` is offered, the restricted parts are its deductions."""

    holding: Holding
    name: str | None
    board: str | None
    asset_class: str | None
    release_date: date | None
    held_by_listings: Decimal

    @property
    def free(self) -> Decimal:
        """What no listing holds yet."""
        return max(NOTHING, self.holding.available - self.held_by_listings)


@dataclass(frozen=True, kw_only=True)
class Pledgeable:
    """The positions of one snapshot."""

    as_of: date
    revision: int
    positions: tuple[PledgeablePosition, ...]
