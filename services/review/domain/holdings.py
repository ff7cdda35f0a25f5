"""End-of-day holdings and what of them may be pledged (P10.1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class HoldingKey:
    """What a holding is of: one account's position in one security and class."""

    account_ref: str
    market: str
    security: str
    share_class: str | None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One position of a snapshot, with every restriction on it."""

    key: HoldingKey
    held: Decimal
    frozen: Decimal = ZERO
    pledged: Decimal = ZERO
    settlement_collateral: Decimal = ZERO
    other_restricted: Decimal = ZERO
    release_date: date | None = None

    @property
    def deductions(self) -> dict[str, Decimal]:
        """Each P10.1 deduction that is not zero, by its name."""
        every = {
            "frozen": self.frozen,
            "pledged": self.pledged,
            "settlement_collateral": self.settlement_collateral,
            "other_restricted": self.other_restricted,
        }
        return {name: quantity for name, quantity in every.items() if quantity}

    @property
    def available(self) -> Decimal:
        """Held less every deduction, never below zero."""
        return max(ZERO, self.held - sum(self.deductions.values(), ZERO))
