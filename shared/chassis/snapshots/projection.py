"""What a service declares of one kind of reference data."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection


class SnapshotWork(Protocol):
    """What the projector needs of a service's unit of work."""

    @property
    def connection(self) -> AsyncConnection:
        """The connection of the transaction."""

    @property
    def now(self) -> datetime:
        """The moment the transaction began."""


@dataclass(frozen=True, kw_only=True)
class SnapshotDone:
    """A snapshot that became complete and is the highest complete revision of its day."""

    kind: str
    snapshot_id: UUID
    business_date: date
    revision: int


@dataclass(frozen=True, kw_only=True)
class SnapshotPartial:
    """A snapshot whose rows are not what its marker says: none of them is used. `differs` names count, hash or both."""

    kind: str
    snapshot_id: UUID
    business_date: date
    revision: int
    differs: tuple[str, ...]


# `Any` is the service's own unit of work, with its repositories: the chassis does not know it.
OnComplete = Callable[[Any, SnapshotDone], Awaitable[None]]
OnPartial = Callable[[Any, SnapshotPartial], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class SnapshotProjection:
    """One kind, one table.

    The table has a column `snapshot_id`, and the snapshot's id with the natural key as its primary key. `to_row` gives
    the values of `columns` (without `snapshot_id`) in their order; it runs in a thread and must be pure. `on_complete`
    and `on_partial` run in the transaction that settles the snapshot: they schedule work, they do not do it, for a
    market of ten million rows hangs on them.
    """

    kind: str
    table: Table
    columns: tuple[str, ...]
    to_row: Callable[[Any], Sequence[object]]
    on_complete: OnComplete | None = None
    on_partial: OnPartial | None = None

    @property
    def topic(self) -> str:
        """Where the kind is said."""
        return f"reference.{self.kind}.v1"

    @property
    def natural_key(self) -> tuple[str, ...]:
        """The columns that identify a row within its snapshot."""
        return tuple(column.name for column in self.table.primary_key.columns if column.name != "snapshot_id")
