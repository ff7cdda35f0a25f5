"""What the slice consumer is given for one kind: decodes in a thread, writes in the slice's transaction."""

from chassis.slices.slice import Message, Slice
from chassis.snapshots.decoding import DecodedSlice, decode_slice
from chassis.snapshots.projection import SnapshotProjection, SnapshotWork
from chassis.snapshots.projector import SnapshotProjector
from chassis.snapshots.tables import SnapshotTables


class SnapshotHandler:
    """A `chassis.slices.handler.SliceHandler` that projects one kind of reference data."""

    def __init__(self, projection: SnapshotProjection, tables: SnapshotTables) -> None:
        self.projection = projection
        self._projector = SnapshotProjector(projection, tables)

    def decode(self, slice_: Slice) -> DecodedSlice:
        """Rows ready for COPY."""
        return decode_slice(self.projection, slice_)

    def lines(self, message: Message) -> int:  # noqa: ARG002  # the slice consumer asks of every message
        """One: a block is taken whole or counts as unreadable, for its snapshot is partial either way."""
        return 1

    async def write(self, work: SnapshotWork, slice_: Slice, decoded: DecodedSlice) -> None:  # noqa: ARG002  # the same
        """Applies the slice; the unit of work has moved the fence."""
        await self._projector.write(work, decoded)

    async def applied(self, slice_: Slice, decoded: DecodedSlice) -> None:
        """Nothing hangs on the commit: completion scheduled its work in the transaction."""
