"""Tables of the reference data the monitor projects; rows count only once their snapshot is complete."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Date, MetaData, Numeric, Table, Text, Uuid

from chassis.snapshots import SnapshotTables, snapshot_tables


@dataclass(frozen=True)
class ReferenceTables:
    """One table per kind, and what has arrived of each snapshot."""

    snapshots: SnapshotTables
    calendar: Table
    security: Table
    price: Table
    corporate_action: Table


def reference_tables(metadata: MetaData) -> ReferenceTables:
    """Declares them on the service's metadata."""
    return ReferenceTables(
        snapshots=snapshot_tables(metadata),
        calendar=Table(
            "calendar_day",
            metadata,
            Column("snapshot_id", Uuid, primary_key=True),
            Column("day", Date, primary_key=True),
            Column("is_trading_day", Boolean, nullable=False),
        ),
        security=Table(
            "security",
            metadata,
            *_instrument_key(),
            Column("name", Text, nullable=False),
            Column("asset_class", Text, nullable=False),
            Column("board", Text, nullable=False),
            Column("suspended", Boolean, nullable=False),
        ),
        price=Table(
            "price",
            metadata,
            *_instrument_key(),
            Column("close", Numeric, nullable=False),
            Column("traded", Boolean, nullable=False),
            Column("accrued_interest", Numeric),
        ),
        corporate_action=Table(
            "corporate_action",
            metadata,
            *_instrument_key(),
            Column("ex_date", Date, primary_key=True),
            Column("bonus", Numeric, nullable=False),
            Column("cash", Numeric, nullable=False),
            Column("rights", Numeric, nullable=False),
            Column("rights_price", Numeric, nullable=False),
            Column("published_reference_price", Numeric),
        ),
    )


def _instrument_key() -> list[Column[object]]:
    return [
        Column("snapshot_id", Uuid, primary_key=True),
        Column("market", Text, primary_key=True),
        Column("security", Text, primary_key=True),
    ]
