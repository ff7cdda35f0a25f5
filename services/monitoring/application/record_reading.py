"""What questions about states, links and streams need, in one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from monitoring.domain.typed_state import TypedState

Link = Literal["LINKED", "UNLINKED"]
OpenKind = Literal["UNLINKED", "PENDING_REFERENCE", "GAP"]
Place = tuple[int, int]  # offset, line


@dataclass(frozen=True, kw_only=True)
class LinkState:
    """Whether an accepted record found the others it names; what it still waits for."""

    link: Link
    waits_for: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class HeldRecord:
    """The state of one key. `link` is None until linking has come to its record."""

    record_type: str
    record_key: str
    state: TypedState
    link: LinkState | None


@dataclass(frozen=True, kw_only=True)
class OpenPlace:
    """Where an open item stands among its kind: a gap by its stream and first sequence, a record by its place."""

    stream: str = ""
    first: int
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """Something that is not in order yet (R7, R8, R11)."""

    kind: OpenKind
    place: OpenPlace
    record_type: str
    since: datetime
    record_key: str | None = None
    accession: str | None = None
    business_date: date | None = None
    last: int | None = None
    waits_for: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Count, sum of amounts (fen) and sum of quantities (ten-thousandths)."""

    count: int = 0
    amount_fen: int = 0
    quantity_e4: int = 0


@dataclass(frozen=True, kw_only=True)
class StreamDay:
    """What arrived of a stream for a business date, and what the firm declared (M4.4)."""

    stream: str
    received: Totals
    declared: Totals | None
    declaration: str | None
    open_gaps: int
    unlinked: int

    @property
    def is_complete(self) -> bool:
        """Whether the declaration agrees with what arrived, and no sequence is missing."""
        return self.declared == self.received and not self.open_gaps


class RecordReads(Protocol):
    """One consistent snapshot of states, links and streams."""

    async def states(self, firm_id: str, record_type: str, *, after: str | None, most: int) -> list[HeldRecord]:
        """States of a type, in the order of their keys.

        Raises:
            FirmNotFound: no such firm is on board, or it is not the reader's.
        """

    async def open_items(self, firm_id: str, kind: OpenKind, *, after: OpenPlace | None, most: int) -> list[OpenItem]:
        """Open items of a kind, the oldest first.

        Raises:
            FirmNotFound: no such firm is on board, or it is not the reader's.
        """

    async def open_counts(self, firm_id: str) -> Mapping[OpenKind, int]:
        """How many there are of each kind."""

    async def stream_days(self, firm_id: str, day: date) -> list[StreamDay]:
        """Every stream on a business date.

        Raises:
            FirmNotFound: no such firm is on board, or it is not the reader's.
        """

    async def links(self, firm_id: str, places: Sequence[Place]) -> Mapping[Place, LinkState]:
        """The link states of accepted records, where linking has come to them."""
