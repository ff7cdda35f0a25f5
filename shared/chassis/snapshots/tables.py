"""The two tables every projecting service has beside the tables of its rows."""

from dataclasses import dataclass

from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    text,
)

_HASH = Numeric(20, 0)


@dataclass(frozen=True)
class SnapshotTables:
    """What has arrived of each snapshot, and which of its blocks are in."""

    snapshot: Table
    block: Table


def snapshot_tables(metadata: MetaData) -> SnapshotTables:
    """Declares the tables on a service's metadata."""
    return SnapshotTables(snapshot=_snapshot(metadata), block=_block(metadata))


def create_snapshot_tables(op: Operations) -> None:
    """Creates the tables, in a service's migration."""
    tables = snapshot_tables(MetaData())
    for table in (tables.snapshot, tables.block):
        table.create(op.get_bind())


def drop_snapshot_tables(op: Operations) -> None:
    """Undoes `create_snapshot_tables`."""
    op.drop_table("reference_block")
    op.drop_table("reference_snapshot")


def _snapshot(metadata: MetaData) -> Table:
    table = Table(
        "reference_snapshot",
        metadata,
        Column("snapshot_id", Uuid, primary_key=True),
        Column("kind", String(40), nullable=False),
        # Unknown as long as only rows have come; the start and the marker both say them.
        Column("business_date", Date),
        Column("revision", Integer),
        Column("state", String(10), nullable=False, server_default=text("'receiving'")),
        Column("seen_blocks", Integer, nullable=False, server_default=text("0")),
        Column("seen_rows", BigInteger, nullable=False, server_default=text("0")),
        Column("seen_hash", _HASH, nullable=False, server_default=text("0")),
        Column("declared_blocks", Integer),
        Column("declared_rows", BigInteger),
        Column("declared_hash", _HASH),
        Column("unreadable_records", Integer, nullable=False, server_default=text("0")),
        Column("started_at", DateTime(timezone=True)),
        Column("settled_at", DateTime(timezone=True)),
        CheckConstraint("state in ('receiving', 'complete', 'partial')", name="reference_snapshot_state"),
    )
    Index(
        "reference_snapshot_answering",
        table.c.kind,
        table.c.business_date,
        table.c.revision,
        postgresql_where=text("state = 'complete'"),
    )
    return table


def _block(metadata: MetaData) -> Table:
    return Table(
        "reference_block",
        metadata,
        Column("snapshot_id", Uuid, primary_key=True),
        Column("block", Integer, primary_key=True),
    )
