"""Eligible collateral: classes and their quantity scales are dated data (P9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from listing.domain.product_template import ProductTemplate

AssetClass = Literal["a_share", "b_share", "neeq_share", "depositary_receipt", "bond", "etf", "fund_unit", "plan_unit"]
ShareClass = Literal["unrestricted", "restricted"]
SHARE_CLASSES: tuple[ShareClass, ...] = ("unrestricted", "restricted")


@dataclass(frozen=True, kw_only=True)
class EligibleClass:
    """One class the operator accepts between two days (`valid_to` excluded; none: until changed).

    `step` is what a quantity must be a multiple of: 1 share, 100 of a bond's face, 0.0001 of a unit. A row that
    names a security is that product's own scale and goes before the class's.
    """

    asset_class: str
    step: Decimal
    has_share_class: bool
    valid_from: date
    valid_to: date | None = None
    market: str | None = None
    security: str | None = None

    def applies(self, instrument: "Instrument", on: date) -> bool:
        """Whether the row speaks about the instrument on the day."""
        return (
            self.asset_class == instrument.asset_class
            and self.valid_from <= on
            and (self.valid_to is None or on < self.valid_to)
            and (self.security is None or (self.market, self.security) == (instrument.market, instrument.security))
        )


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A security as the master has it."""

    market: str
    security: str
    name: str
    board: str
    asset_class: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What a form is checked against: the securities it names, the classes and templates of the day."""

    today: date
    instruments: Mapping[tuple[str, str], Instrument]
    classes: tuple[EligibleClass, ...]
    templates: Mapping[str, ProductTemplate] = field(default_factory=dict)

    def instrument(self, market: str, security: str) -> Instrument | None:
        """The security as the master has it, if it has it."""
        return self.instruments.get((market, security))

    def eligible(self, instrument: Instrument) -> EligibleClass | None:
        """The row that rules the instrument today: the product's own before its class's, the newest first."""
        rows = [one for one in self.classes if one.applies(instrument, self.today)]
        return max(rows, key=lambda one: (one.security is not None, one.valid_from), default=None)

    def asset_classes(self) -> frozenset[str]:
        """The classes accepted today."""
        return frozenset(
            one.asset_class
            for one in self.classes
            if one.valid_from <= self.today and (one.valid_to is None or self.today < one.valid_to)
        )


def instruments_by_code(instruments: Iterable[Instrument]) -> dict[tuple[str, str], Instrument]:
    """A catalogue's instruments."""
    return {(one.market, one.security): one for one in instruments}
