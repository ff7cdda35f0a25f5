"""Tables of what firms submit: firms, records with their outcomes, receipts; `book_tables` has what follows."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from monitoring.persistence.book_tables import (
    book_change_table,
    collateral_line_table,
    contract_table,
    contract_terms_table,
)

# Outcomes of records that take their sequence for good.
TAKEN = "outcome in ('ACCEPTED', 'ACCEPTED_WARN', 'SUPERSEDED', 'PENDING_REFERENCE')"


@dataclass(frozen=True)
class IntakeTables:
    """Everything that a slice of a firm's topic writes."""

    firm: Table
    record: Table
    slice: Table
    frame: Table
    day: Table
    gap: Table
    stream_day: Table
    contract: Table
    contract_terms: Table
    collateral_line: Table
    book_change: Table


def intake_tables(metadata: MetaData) -> IntakeTables:
    """Declares them on the service's metadata."""
    return IntakeTables(
        firm=_firm(metadata),
        record=_record(metadata),
        slice=_slice(metadata),
        frame=_frame(metadata),
        day=_day(metadata),
        gap=_gap(metadata),
        stream_day=_stream_day(metadata),
        contract=contract_table(metadata),
        contract_terms=contract_terms_table(metadata),
        collateral_line=collateral_line_table(metadata),
        book_change=book_change_table(metadata),
    )


def _firm(metadata: MetaData) -> Table:
    """Everything that writes a firm's state locks its row first; the row holds its counters."""
    return Table(
        "firm",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("onboarded_at", DateTime(timezone=True), nullable=False),
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("receipt_sequence", BigInteger, nullable=False, server_default=text("0")),
        Column("last_sequences", JSONB, nullable=False, server_default=text("'{}'")),
        Column("pending_records", Integer, nullable=False, server_default=text("0")),
        Column("open_gaps", Integer, nullable=False, server_default=text("0")),
    )


def _record(metadata: MetaData) -> Table:
    """One row for each record and each unreadable message: its outcome, and its bytes.

    A duplicate has none of its own; those of a usual record (accepted, nothing found) are kept with its slice, and
    nobody needs its content hash until its sequence comes again.

    Valid time is the business date, recorded time the moment of the commit; `line` is -1 for a message that could not
    be split into lines.
    """
    table = Table(
        "submission_record",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("offset", BigInteger, primary_key=True),
        Column("line", Integer, primary_key=True),
        Column("record_type", Text),
        Column("record_key", Text),
        Column("sequence", BigInteger),
        Column("content_hash", LargeBinary),
        Column("action", Text),
        Column("business_date", Date),
        Column("load_id", Text),
        Column("appended_at", DateTime(timezone=True), nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("outcome", Text, nullable=False),
        Column("findings", JSONB),
        Column("reason", Text),
        Column("first_offset", BigInteger),
        Column("first_line", Integer),
        Column("frame_sequence", BigInteger, nullable=False),
        Column("content", LargeBinary),
    )
    # A stream's sequence is taken once, in the order in which the stream grows: what counts twice would break it (R6).
    Index(
        "submission_record_taken",
        table.c.firm_id,
        table.c.record_type,
        table.c.sequence,
        unique=True,
        postgresql_where=text(TAKEN),
    )
    Index(
        "submission_record_rejected",
        table.c.firm_id,
        table.c.record_type,
        table.c.sequence,
        postgresql_where=text("outcome = 'REJECTED'"),
    )
    Index(
        "submission_record_pending",
        table.c.firm_id,
        table.c.offset,
        table.c.line,
        postgresql_where=text("outcome = 'PENDING_REFERENCE'"),
    )
    Index(
        "submission_record_quarantined",
        table.c.recorded_at,
        table.c.firm_id,
        table.c.offset,
        table.c.line,
        postgresql_where=text("outcome = 'QUARANTINED'"),
    )
    return table


def _slice(metadata: MetaData) -> Table:
    """One row for each slice: the offsets it tiles, what was counted, and the messages of its usual records, packed."""
    return Table(
        "intake_slice",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("start", BigInteger, primary_key=True),
        Column("end", BigInteger, nullable=False),
        Column("records", Integer, nullable=False),
        Column("frame_sequence", BigInteger, nullable=False),
        Column("merkle_root", LargeBinary, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("content", LargeBinary),
    )


def _frame(metadata: MetaData) -> Table:
    """Receipt frames as they were said: what is sent again is these bytes."""
    return Table(
        "receipt_frame",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("sequence", BigInteger, primary_key=True),
        Column("part", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("said_at", DateTime(timezone=True), nullable=False),
    )


def _day(metadata: MetaData) -> Table:
    """What was received on each append day, counted in the raw bytes: the other side of conservation (R9)."""
    return Table(
        "intake_day",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("messages", BigInteger, nullable=False),
        Column("unreadable", BigInteger, nullable=False),
        Column("records", BigInteger, nullable=False),
        Column("first_offset", BigInteger, nullable=False),
        Column("end_offset", BigInteger, nullable=False),
    )


def _gap(metadata: MetaData) -> Table:
    """Sequences of a stream that are missing: open until they arrive."""
    return Table(
        "sequence_gap",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("record_type", Text, primary_key=True),
        Column("first", BigInteger, primary_key=True),
        Column("last", BigInteger, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
    )


def _stream_day(metadata: MetaData) -> Table:
    """What was accepted of a stream for a business date: what declarations are compared with (V031)."""
    return Table(
        "stream_day",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("record_type", Text, primary_key=True),
        Column("business_date", Date, primary_key=True),
        Column("count", BigInteger, nullable=False),
        Column("amount_sum_fen", BigInteger, nullable=False),
        Column("quantity_sum_e4", BigInteger, nullable=False),
    )
