"""From records to lines ready for COPY: pure, made for a thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import msgspec

from chassis.slices.slice import Message, Slice
from chassis.snapshots.projection import SnapshotProjection
from events.base import decode
from events.envelope import Envelope, EnvelopeInvalid
from events.reference.v1 import (
    SnapshotCompleted,
    SnapshotRows,
    SnapshotStarted,
    add_hashes,
    decode_rows,
    row_hashes,
)

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block of rows, as lines of COPY's text format, each with the hash of its row."""

    snapshot_id: UUID
    number: int
    lines: list[str]
    hashes: list[int]

    @property
    def hash(self) -> int:
        """The sum of its rows' hashes."""
        total = 0
        for one in self.hashes:
            total = add_hashes(total, one)
        return total


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A record that is no reference event; `snapshot_id` where its key at least says one."""

    offset: int
    snapshot_id: UUID | None
    reason: str


@dataclass(kw_only=True)
class DecodedSlice:
    """What consecutive records of one kind say."""

    kind: str
    started: list[SnapshotStarted] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    completed: list[SnapshotCompleted] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def snapshot_ids(self) -> list[UUID]:
        """Every snapshot spoken of, in one order for all writers."""
        said: list[SnapshotStarted | Block | SnapshotCompleted] = [*self.started, *self.blocks, *self.completed]
        unread = [one.snapshot_id for one in self.unreadable if one.snapshot_id is not None]
        return sorted({*(one.snapshot_id for one in said), *unread})


def decode_slice(projection: SnapshotProjection, slice_: Slice) -> DecodedSlice:
    """Decodes consecutive records of one kind. Never raises for what a record holds: it is listed as unreadable."""
    decoded = DecodedSlice(kind=projection.kind)
    refused = {place.offset: why.reason for place, why in slice_.refused.items()}
    for message in slice_.messages:
        if message.offset in refused:
            decoded.unreadable.append(_unreadable(message, refused[message.offset]))
            continue
        try:
            _take(projection, message, decoded)
        except (EnvelopeInvalid, msgspec.MsgspecError, UnicodeDecodeError) as error:
            decoded.unreadable.append(_unreadable(message, str(error)))
    return decoded


def _take(projection: SnapshotProjection, message: Message, decoded: DecodedSlice) -> None:
    body = message.value or b""
    event_type = Envelope.read(message.headers).type
    if event_type == SnapshotStarted.type:
        decoded.started.append(decode(SnapshotStarted, body))
    elif event_type == SnapshotRows.type:
        decoded.blocks.append(_block(projection, decode(SnapshotRows, body)))
    elif event_type == SnapshotCompleted.type:
        decoded.completed.append(decode(SnapshotCompleted, body))
    # Another type of a newer writer says nothing about rows: readers of this version pass over it.


def _block(projection: SnapshotProjection, event: SnapshotRows) -> Block:
    prefix = f"{event.snapshot_id}\t"
    return Block(
        snapshot_id=event.snapshot_id,
        number=event.block,
        lines=[prefix + copy_line(projection.to_row(row)) for row in decode_rows(projection.kind, event.rows)],
        hashes=row_hashes(event.rows),
    )


def copy_line(values: Sequence[object]) -> str:
    """One row in COPY's text format."""
    return "\t".join([_text(value) for value in values]) + "\n"


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _unreadable(message: Message, reason: str) -> Unreadable:
    return Unreadable(offset=message.offset, snapshot_id=_snapshot_id(message), reason=reason)


def _snapshot_id(message: Message) -> UUID | None:
    try:
        return UUID((message.key or b"").decode())
    except ValueError:
        return None
