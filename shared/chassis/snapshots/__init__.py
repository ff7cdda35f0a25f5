"""Projects `reference.<kind>.v1` into a service's own tables, a slice at a time.

A *snapshot* arrives as a start, numbered blocks of rows and a marker. Rows are copied into the service's table under
their snapshot's id and count for nothing until the snapshot is *complete*: as many distinct natural keys, and the same
sum of row hashes, as the marker says. A block that comes twice is harmless; a higher revision of a day supersedes the
lower ones, which stay for reproduction and decide nothing.

    tables.py       reference_snapshot and reference_block, made by every service that projects
    projection.py   what a service declares: which kind goes to which table, and what to do on completion
    decoding.py     records to rows ready for COPY, in a thread
    projector.py    one slice, one transaction
    consumer.py     the worker a service's wiring makes
    handler.py      what the slice consumer (`chassis.slices`) is given
    reading.py      which snapshot answers for a day
"""

from chassis.snapshots.consumer import SnapshotConsumer
from chassis.snapshots.decoding import decode_slice
from chassis.snapshots.handler import SnapshotHandler
from chassis.snapshots.projection import SnapshotDone, SnapshotPartial, SnapshotProjection, SnapshotWork
from chassis.snapshots.projector import SnapshotProjector, differences
from chassis.snapshots.reading import latest_complete, latest_complete_until, states_of
from chassis.snapshots.tables import SnapshotTables, create_snapshot_tables, drop_snapshot_tables, snapshot_tables

__all__ = [
    "SnapshotConsumer",
    "SnapshotDone",
    "SnapshotHandler",
    "SnapshotPartial",
    "SnapshotProjection",
    "SnapshotProjector",
    "SnapshotTables",
    "SnapshotWork",
    "create_snapshot_tables",
    "decode_slice",
    "differences",
    "drop_snapshot_tables",
    "latest_complete",
    "latest_complete_until",
    "snapshot_tables",
    "states_of",
]
