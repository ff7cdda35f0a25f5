"""What a listing says, as review needs to know it: the content of one submitted version."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Area = Literal["pledgor", "pledgee"]


@dataclass(frozen=True, kw_only=True)
class CollateralLine:
    """One line of a pledgor's listing (P8.2); the account stands as its keyed reference."""

    line_no: int
    account_ref: str
    market: str
    security: str
    share_class: str | None
    release_date: date | None
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class PledgorTerms:
    """What a pledgor wants. Money in CNY; rates, ratios and lines as fractions."""

    financing_wanted: Decimal
    lowest_pledge_rate: Decimal
    highest_annual_rate: Decimal
    months: int
    warning_line: Decimal
    liquidation_line: Decimal
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class PledgeeTerms:
    """What a pledgee offers. Money in CNY; rates and lines as fractions."""

    funds_from: Decimal
    funds_to: Decimal
    source: str
    months_from: int
    months_to: int
    annual_rate_from: Decimal
    annual_rate_to: Decimal
    highest_pledge_rates: dict[str, Decimal]
    warning_line: Decimal
    liquidation_line: Decimal
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class ListingContent:
    """One version's content: a pledgor's lines and terms, or a pledgee's terms.

    `institution_category` is the owner's, where the owner is an institution and the submission says it (FR08).
    """

    area: Area
    content_hash: str
    lines: tuple[CollateralLine, ...] = ()
    pledgor: PledgorTerms | None = None
    pledgee: PledgeeTerms | None = None
    institution_category: str | None = None

    @property
    def valid_until(self) -> date | None:
        """The last day of validity, included."""
        terms = self.pledgor or self.pledgee
        return terms.valid_until if terms else None
