"""What may be asked of the board, and where a page of it begins."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from listing.domain.content import Area
from listing.domain.states import State


@dataclass(frozen=True, kw_only=True)
class BoardSearch:
    """Filters over what a summary shows (P14.1); empty ones ask nothing."""

    area: Area | None = None
    market: str | None = None
    board: str | None = None
    asset_class: str | None = None
    security: str | None = None
    state: State | None = None
    months: int | None = None
    detail: "DetailSearch | None" = None


@dataclass(frozen=True, kw_only=True)
class DetailSearch:
    """Filters over details: for readers with a listing in force of their own (P14.2, P14.3)."""

    amount_from_fen: int | None = None
    amount_to_fen: int | None = None
    annual_rate_max: Decimal | None = None
    pledge_rate: Decimal | None = None
    share_class: str | None = None
    industry: str | None = None
    region: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The filters that are set, as readers name them."""
        return tuple(one.name.removesuffix("_fen") for one in fields(self) if getattr(self, one.name) is not None)


@dataclass(frozen=True, kw_only=True)
class BoardPlace:
    """The sort key of a summary: first publication, which never changes, then id."""

    published_at: datetime
    listing_id: UUID
