"""What is known of quarantined records without opening them: size, hash and reason (R10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class QuarantinePlace(NamedTuple):
    """Where one stands in the list: the latest first."""

    recorded_at: datetime
    firm_id: str
    offset: int
    line: int


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """One record or unreadable message. What the inflation guard skipped was never opened: no size, no hash."""

    place: QuarantinePlace
    accession: str
    appended_at: datetime
    content_bytes: int | None
    content_sha256: str | None
    reason: str


class QuarantineReads(Protocol):
    """The quarantine in one consistent snapshot."""

    async def quarantined(
        self, firm_id: str | None, *, after: QuarantinePlace | None, most: int
    ) -> Sequence[Quarantined]:
        """The latest first, of one firm or of all."""
