"""Tables of records of every type: their states, and what waits to be linked."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True)
class RecordTables:
    """States of the types without columns of their own, and the linking of all of them."""

    state: Table
    unlinked: Table
    awaited: Table
    link_again: Table
    link_progress: Table


def record_tables(metadata: MetaData) -> RecordTables:
    """Declares them on the service's metadata."""
    return RecordTables(
        state=_state(metadata),
        unlinked=_unlinked(metadata),
        awaited=_awaited(metadata),
        link_again=_link_again(metadata),
        link_progress=_link_progress(metadata),
    )


def _state(metadata: MetaData) -> Table:
    """One row for each key: the dictionary's content by column name, and the name it is found by beside its key."""
    table = Table(
        "record_state",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("record_type", Text, primary_key=True),
        Column("record_key", Text, primary_key=True),
        Column("belongs_to", Text),
        Column("recorded_on", Date, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("accession", Text, nullable=False),
        Column("ended_on", Date),
        Column("merged_into", Text),
        Column("is_cancelled", Boolean, nullable=False),
        Column("content", JSONB, nullable=False),
    )
    Index(
        "record_state_belongs",
        table.c.firm_id,
        table.c.belongs_to,
        table.c.record_type,
        postgresql_where=text("belongs_to is not null"),
    )
    return table


def _unlinked(metadata: MetaData) -> Table:
    """Accepted records of which another record of the firm was missing when they came; `linked_at`: it is no longer."""
    table = Table(
        "unlinked_record",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("offset", BigInteger, primary_key=True),
        Column("line", Integer, primary_key=True),
        Column("record_type", Text, nullable=False),
        Column("record_key", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("business_date", Date, nullable=False),
        Column("since", DateTime(timezone=True), nullable=False),
        Column("linked_at", DateTime(timezone=True)),
    )
    Index(
        "unlinked_record_open",
        table.c.firm_id,
        table.c.record_type,
        table.c.record_key,
        postgresql_where=text("linked_at is null"),
    )
    return table


def _awaited(metadata: MetaData) -> Table:
    """What a key waits for, found by its name when that comes."""
    table = Table(
        "awaited_record",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("record_type", Text, primary_key=True),
        Column("record_key", Text, primary_key=True),
        Column("wanted", Text, primary_key=True),
    )
    Index("awaited_record_wanted", table.c.firm_id, table.c.wanted)
    return table


def _link_again(metadata: MetaData) -> Table:
    """Records accepted after linking had passed their offsets: those that waited for reference data."""
    return Table(
        "link_again",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("offset", BigInteger, primary_key=True),
        Column("line", Integer, primary_key=True),
    )


def _link_progress(metadata: MetaData) -> Table:
    """Up to which offset a firm's records are linked."""
    return Table(
        "link_progress",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("next_offset", BigInteger, nullable=False),
    )
