"""Tables of the book that accepted records add up to: contracts, their terms over time, their lines of collateral.

Money is in fen, quantities and prices in ten-thousandths, ratios in millionths: a column's name says so, and the
columns are the dictionary's own.
"""

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
    MetaData,
    Table,
    Text,
    text,
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


def contract_table(metadata: MetaData) -> Table:
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


def contract_terms_table(metadata: MetaData) -> Table:
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


def collateral_line_table(metadata: MetaData) -> Table:
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


def book_change_table(metadata: MetaData) -> Table:
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
