"""Everything a rule may look at: gathered before, so that a rule is a function and a decision can be repeated."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from review.domain.holdings import ZERO, Holding
from review.domain.listing_content import CollateralLine, ListingContent


@dataclass(frozen=True, kw_only=True)
class SnapshotRef:
    """One snapshot that a decision stands on."""

    kind: str
    snapshot_id: UUID
    business_date: date
    revision: int


@dataclass(frozen=True, kw_only=True)
class Security:
    """A security as the master says it on the day. Capital in shares."""

    market: str
    security: str
    asset_class: str
    board: str
    a_capital: int | None = None
    special_treatment: str | None = None
    suspended: bool = False
    net_income_last_year: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class AveragePrice:
    """AVG7 (FIN5): the mean and how many closes it stands on."""

    value: Fraction
    days: int


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """What is known about one line of a pledgor's listing.

    `ahead` is what other live listings published earlier take of the same holding (P10.3); `pledged_market_wide` is
    the quantity of the security pledged in all accounts of the snapshot.
    """

    line: CollateralLine
    holding: Holding | None = None
    other_classes: tuple[str | None, ...] = ()
    ahead: Decimal = ZERO
    security: Security | None = None
    average_price: AveragePrice | None = None
    pledged_market_wide: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RateCap:
    """The highest lawful annual rate of the day (FR16, FIN19); `stale` when nobody confirmed the LPR for 40 days."""

    cap: Fraction
    stale: bool


@dataclass(frozen=True, kw_only=True)
class VerificationFacts:
    """What is known about one version on one day.

    `day` is the day of the decision, `snapshots` what the figures come from.
    """

    day: date
    content: ListingContent
    lines: tuple[LineFacts, ...] = ()
    rate_cap: RateCap | None = None
    snapshots: tuple[SnapshotRef, ...] = field(default=())

    def snapshot(self, kind: str) -> SnapshotRef | None:
        """The snapshot of a kind that was used."""
        return next((one for one in self.snapshots if one.kind == kind), None)
