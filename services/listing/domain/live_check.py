"""The daily check of a live listing on a day's complete snapshot (P11.3), as its owner sees it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from listing.domain.version import Reason


@dataclass(frozen=True, kw_only=True)
class LiveCheck:
    """What the check of one snapshot found; `reasons` name the shortfall of a failed one."""

    listing_id: UUID
    version: int
    snapshot_date: date
    snapshot_revision: int
    passed: bool
    reasons: tuple[Reason, ...]
    checked_at: datetime
