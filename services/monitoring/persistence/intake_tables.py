"""Tables of what firms submit: firms, records with their outcomes, the state of the book, and receipts.

Money is in fen, quantities and prices in ten-thousandths, ratios in millionths: a column's name says so, and the
columns of `contract` and `collateral_line` are the dictionary's own.
"""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    FetchedValue,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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
        contract=_contract(metadata),
        contract_terms=_contract_terms(metadata),
        collateral_line=_collateral_line(metadata),
        book_change=_book_change(metadata),
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
    """One row for each record and each unreadable message: its outcome, and its bytes unless it is a duplicate.

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
    return table


def _slice(metadata: MetaData) -> Table:
    """One row for each slice: the offsets it tiles, and what was counted in the raw bytes."""
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


def _state_columns() -> list[Column[object]]:
    """Which record a state comes from: its business date, sequence, accession; and whether the key has ended."""
    return [
        Column("recorded_on", Date, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("accession", Text, nullable=False),
        Column("ended_on", Date),
        Column("merged_into", Text),
        Column("is_cancelled", Boolean, nullable=False, server_default=text("false")),
    ]


def _contract(metadata: MetaData) -> Table:
    """Contracts in their current state."""
    return Table(
        "contract",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("contract_id", Text, primary_key=True),
        *_state_columns(),
        Column("agreement_no", Text),
        Column("borrower_id", Text),
        Column("lender_id", Text),
        Column("merge_group_id", Text),
        Column("initial_trade_id", Text),
        Column("initial_market", Text),
        Column("initial_security", Text),
        Column("initial_date", Date),
        Column("initial_amount_fen", BigInteger),
        Column("initial_pledge_rate_e6", BigInteger),
        Column("initial_maturity", Date),
        Column("maturity", Date),
        Column("cumulative_term", Integer),
        Column("rate_e6", BigInteger),
        Column("day_count", Text),
        Column("interest_paid_to", Date),
        Column("principal_repaid_fen", BigInteger),
        Column("other_due_fen", BigInteger),
        Column("payable_fen", BigInteger),
        Column("warning_line_e6", BigInteger),
        Column("liquidation_line_e6", BigInteger),
        Column("release_line_e6", BigInteger),
        Column("cure_days", Integer),
        Column("cure_target_e6", BigInteger),
        Column("coverage_reported_e6", BigInteger),
        Column("level_reported", Text),
        Column("cure_due", Date),
        Column("status", Text),
        Column("close_reason", Text),
        Column("close_date", Date),
        Column("close_amount_fen", BigInteger),
        Column("extension_count", Integer),
        Column("last_extension", Date),
        Column("default_flag", Boolean),
        Column("default_date", Date),
        Column("default_kind", Text),
        Column("disposal_start", Date),
        Column("disposal_proceeds_fen", BigInteger),
        Column("residual_claim_fen", BigInteger),
        Column("recovered_later_fen", BigInteger),
        Column("fund_use", Text),
        Column("fund_use_text", Text),
        Column("fund_account", Text),
        Column("relief_flag", Boolean),
        Column("relief_basis", Text),
        Column("other_collateral_value_fen", BigInteger),
    )


def _contract_terms(metadata: MetaData) -> Table:
    """Principal and rate from a day on, one row for each change: what interest is computed over (FIN8)."""
    return Table(
        "contract_terms",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("contract_id", Text, primary_key=True),
        Column("from_date", Date, primary_key=True),
        Column("principal_fen", BigInteger),
        Column("rate_e6", BigInteger),
        Column("accession", Text, nullable=False),
    )


def _collateral_line(metadata: MetaData) -> Table:
    """Lines of collateral in their current state."""
    return Table(
        "collateral_line",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("contract_id", Text, primary_key=True),
        Column("line_no", Integer, primary_key=True),
        *_state_columns(),
        Column("line_kind", Text),
        Column("trade_id", Text),
        Column("market", Text),
        Column("security", Text),
        Column("asset_class", Text),
        Column("share_class", Text),
        Column("share_origin", Text),
        Column("listing_year", Integer),
        Column("initial_quantity_e4", BigInteger),
        Column("bonus_quantity_e4", BigInteger),
        Column("released_quantity_e4", BigInteger),
        Column("current_quantity_e4", BigInteger),
        Column("pledged_cash_fen", BigInteger),
        Column("price_used_e4", BigInteger),
        Column("price_date", Date),
        Column("accrued_interest_e4", BigInteger),
        Column("market_value_fen", BigInteger),
        Column("registration_no", Text),
        Column("status", Text),
        Column("lockup_end", Date),
    )


def _book_change(metadata: MetaData) -> Table:
    """Contracts that a slice has touched, until what follows from them is computed."""
    table = Table(
        "book_change",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("firm_id", Text, nullable=False),
        Column("contract_id", Text, nullable=False),
        Column("accession", Text, nullable=False),
        Column("slice_end", BigInteger, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    )
    Index("book_change_of_firm", table.c.firm_id, table.c.id)
    return table
