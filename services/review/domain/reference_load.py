"""The register of reference loads: one row per file taken, from its first block said to its marker (BX7)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal

State = Literal["saying", "interrupted", "completed"]
# A load that says nothing for this long has lost its process: people see it as interrupted.
STALLED_AFTER = timedelta(minutes=2)
HASH_MODULUS = 1 << 64


class LoadNotFound(Refusal):
    """No load of this id was ever registered."""

    slug: ClassVar[str] = "reference-load-not-found"
    title_zh: ClassVar[str] = "未找到该次数据加载"
    title_en: ClassVar[str] = "There is no such load"


class ReissueNeedsReason(Refusal):
    """The day is complete already: a further revision replaces what decisions stand on, so it says why."""

    slug: ClassVar[str] = "reissue-needs-reason"
    title_zh: ClassVar[str] = "该日数据已完成加载，重新发布须说明原因"
    title_en: ClassVar[str] = "The day is complete already; a re-issue must give its reason"


class LoadMoved(Refusal):
    """Another process goes on with the same load: one of them stops."""

    slug: ClassVar[str] = "reference-load-moved"
    title_zh: ClassVar[str] = "该次加载正由其他进程继续"
    title_en: ClassVar[str] = "Another process goes on with this load"


@dataclass(frozen=True, kw_only=True)
class LoadStarted(Fact):
    """None of its rows counts before it is complete."""

    load_id: UUID
    kind: str
    business_date: date
    revision: int
    loaded_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BlockSaid(Fact):
    """One block of rows, as they travel."""

    load_id: UUID
    kind: str
    block: int
    rows: bytes


@dataclass(frozen=True, kw_only=True)
class LoadCompleted(Fact):
    """The marker."""

    load_id: UUID
    kind: str
    business_date: date
    revision: int
    block_count: int
    row_count: int
    rows_hash: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EncodedBlock:
    """A block's rows as they travel, how many they are, and the sum of their hashes."""

    rows: bytes
    count: int
    hash: int


@dataclass(kw_only=True)
class ReferenceLoad:
    """One file on its way out. `said_*` is what its transactions have said so far."""

    load_id: UUID
    kind: str
    business_date: date
    revision: int
    file_hash: str
    file_bytes: int
    row_count: int
    loaded_by: str
    registered_at: datetime
    reason: str | None = None
    state: State = "saying"
    said_blocks: int = 0
    said_rows: int = 0
    said_hash: int = 0
    progressed_at: datetime | None = None
    completed_at: datetime | None = None
    row_version: int = 0
    facts: list[Fact] = field(default_factory=list)

    def start(self) -> None:
        """Says that the load begins."""
        self.progressed_at = self.registered_at
        self.facts.append(
            LoadStarted(
                load_id=self.load_id,
                kind=self.kind,
                business_date=self.business_date,
                revision=self.revision,
                loaded_by=self.loaded_by,
                at=self.registered_at,
            )
        )

    def say(self, block: int, rows: EncodedBlock, *, now: datetime) -> None:
        """Says the next block.

        Raises:
            LoadMoved: it is not the next one any more.
        """
        if self.state == "completed" or block != self.said_blocks:
            raise LoadMoved(said_blocks=self.said_blocks)
        self.facts.append(BlockSaid(load_id=self.load_id, kind=self.kind, block=block, rows=rows.rows))
        self.state, self.progressed_at = "saying", now
        self.said_blocks += 1
        self.said_rows += rows.count
        self.said_hash = (self.said_hash + rows.hash) % HASH_MODULUS

    def complete(self, *, now: datetime) -> None:
        """Says the marker.

        Raises:
            ValueError: not every row of the file was said: a load never completes silently.
        """
        if self.said_rows != self.row_count:
            raise ValueError(f"{self.said_rows} of {self.row_count} rows were said")
        self.state, self.completed_at, self.progressed_at = "completed", now, now
        self.facts.append(
            LoadCompleted(
                load_id=self.load_id,
                kind=self.kind,
                business_date=self.business_date,
                revision=self.revision,
                block_count=self.said_blocks,
                row_count=self.said_rows,
                rows_hash=self.said_hash,
                at=now,
            )
        )

    def stall(self, *, now: datetime) -> None:
        """Marks a load that has made no progress as interrupted; one that goes on is left alone."""
        last = self.progressed_at or self.registered_at
        if self.state == "saying" and now - last >= STALLED_AFTER:
            self.state = "interrupted"


def next_revision(previous: list[ReferenceLoad], *, reason: str | None) -> int:
    """The revision of a further load of the same kind and day.

    Raises:
        ReissueNeedsReason: the day is complete already and no reason is given.
    """
    if any(one.state == "completed" for one in previous) and not reason:
        raise ReissueNeedsReason
    return max((one.revision for one in previous), default=0) + 1
