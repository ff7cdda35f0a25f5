"""The book as firms report it: contracts with their collateral lines, in the state that is valid on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from finance.interest import InterestTerms

OPEN_STATES: Final = frozenset({"active", "matured_unsettled", "in_disposal"})


class Instrument(NamedTuple):
    """A security: market and code."""

    market: str
    security: str

    def __str__(self) -> str:
        return f"{self.market}/{self.security}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CollateralLine:
    """One line of collateral after its releases; a quantity the firm did not tell is None.

    `recorded_on` is the business date of its latest record, which decides what it holds already (FIN6).
    """

    line_no: int
    instrument: Instrument
    quantity_e4: int | None
    cash_fen: int
    recorded_on: date
    accession: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """One contract. What a firm has not told (a no-data code) is None and makes the valuation unknown, never zero.

    `terms` are the pieces of principal and rate since interest was last paid, ascending; empty where neither changed.
    """

    firm_id: str
    contract_id: str
    borrower_id: str
    merge_group_id: str | None
    initial_date: date | None
    status: str
    initial_fen: int
    principal_fen: int | None
    rate_e6: int | None
    interest_paid_to: date | None
    other_due_fen: int | None
    other_collateral_fen: int
    warning_e6: int | None
    liquidation_e6: int | None
    recorded_on: date
    accession: str
    lines: tuple[CollateralLine, ...] = ()
    terms: tuple[InterestTerms, ...] = ()

    @property
    def group_key(self) -> tuple[str, str]:
        """What is judged together: the merge group, or the contract alone."""
        return ("group", self.merge_group_id) if self.merge_group_id else ("contract", self.contract_id)

    def is_open(self, on: date) -> bool:
        """From the settled initial trade until the contract closes, overdue and in disposal included."""
        return self.status in OPEN_STATES and (self.initial_date is None or self.initial_date <= on)
