"""What the slice consumer is given: decodes in a thread, writes in the slice's transaction."""

from collections.abc import Sequence

from chassis.slices.slice import Message, Slice
from chassis.snapshots.decoding import DecodedSlice, decode_slice
from chassis.snapshots.projection import SnapshotProjection, SnapshotWork
from chassis.snapshots.projector import SnapshotProjector
from chassis.snapshots.tables import SnapshotTables


class SnapshotHandler:
    """A `chassis.slices.SliceHandler` that projects kinds of reference data, each from its own topic."""

    def __init__(self, projections: Sequence[SnapshotProjection], tables: SnapshotTables) -> None:
        self._projectors = {one.topic: SnapshotProjector(one, tables) for one in projections}

    @property
    def topics(self) -> tuple[str, ...]:
        """Where the kinds are said."""
        return tuple(self._projectors)

    def decode(self, slice_: Slice) -> DecodedSlice:
        """Rows ready for COPY."""
        return decode_slice(self._projectors[slice_.source.topic].projection, slice_)

    def lines(self, message: Message) -> int:  # noqa: ARG002  # the slice consumer asks of every message
        """One: a block is taken whole or counts as unreadable, for its snapshot is partial either way."""
        return 1

    async def write(self, work: SnapshotWork, slice_: Slice, decoded: DecodedSlice) -> None:
        """Applies the slice; the unit of work has moved the fence."""
        await self._projectors[slice_.source.topic].write(work, decoded)

    async def applied(self, slice_: Slice, decoded: DecodedSlice) -> None:
        """Nothing hangs on the commit: completion scheduled its work in the transaction."""
