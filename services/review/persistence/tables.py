"""Review's tables, beside the spine's and the snapshots'."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.snapshots import snapshot_tables
from chassis.tables import metadata_for

metadata = metadata_for("review")
snapshots = snapshot_tables(metadata)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


verification_case = Table(
    "verification_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("listing_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    _moment("submitted_at"),
    Column("state", Text, nullable=False),
    Column("waits_for", Date),
    _moment("queued_since", nullable=True),
    Column("publishable_on", Date),
    Column("approved_by", Text),
    _moment("decided_at", nullable=True),
    Column("decision_id", Uuid),
    Column("rule_ids", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("claimed_by", Text),
    _moment("claimed_until", nullable=True),
    Column("tried", Text),
    Column("row_version", Integer, nullable=False),
    UniqueConstraint("listing_id", "version", name="verification_case_once"),
    Index("verification_case_queue", "queued_since", "case_id", postgresql_where=text("state = 'needs_person'")),
    Index("verification_case_waiting", "submitted_at", "case_id", postgresql_where=text("state = 'waiting'")),
)

decision = Table(
    "decision",
    metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("listing_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("day", Date, nullable=False),
    _moment("decided_at"),
    Column("outcome", Text, nullable=False),
    Column("results", JSONB, nullable=False),
    Column("snapshots", JSONB, nullable=False),
    Column("ahead", JSONB, nullable=False),
    Column("rate_cap", JSONB),
    Index("decision_of_listing", "listing_id", "decided_at"),
)

live_listing = Table(
    "live_listing",
    metadata,
    Column("listing_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    _moment("published_at"),
    Column("state", Text, nullable=False),
    # Never checked counts as checked long ago, so that one index order serves the daily run.
    Column("checked_date", Date, nullable=False),
    Column("checked_revision", Integer, nullable=False),
    Column("check_result", Text),
    Column("check_decision_id", Uuid),
    Column("shortfall", JSONB),
    Index(
        "live_listing_behind",
        "checked_date",
        "checked_revision",
        "listing_id",
        postgresql_where=text("area = 'pledgor' and state in ('open', 'negotiating')"),
    ),
)

live_line = Table(
    "live_line",
    metadata,
    Column("listing_id", Uuid, primary_key=True),
    Column("line_no", Integer, primary_key=True),
    Column("participant_id", Text, nullable=False),
    Column("account_ref", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("share_class", Text, nullable=False),
    Column("quantity", Numeric(24, 6), nullable=False),
    _moment("published_at"),
    Column("is_live", Boolean, nullable=False),
    Index(
        "live_line_of_holding",
        "account_ref",
        "market",
        "security",
        "share_class",
        postgresql_where=text("is_live"),
    ),
)

verification_day = Table(
    "verification_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("status", Text, nullable=False),
    Column("revision", Integer),
    _moment("changed_at"),
)

reference_load = Table(
    "reference_load",
    metadata,
    Column("load_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("file_hash", Text, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("loaded_by", Text, nullable=False),
    _moment("registered_at"),
    Column("reason", Text),
    Column("state", Text, nullable=False),
    Column("said_blocks", Integer, nullable=False),
    Column("said_rows", BigInteger, nullable=False),
    Column("said_hash", Numeric(20, 0), nullable=False),
    _moment("progressed_at", nullable=True),
    _moment("completed_at", nullable=True),
    Column("row_version", Integer, nullable=False),
    UniqueConstraint("kind", "business_date", "revision", name="reference_load_revision"),
    Index("reference_load_newest", "registered_at", "load_id"),
)


def _quantity(name: str) -> Column[object]:
    return Column(name, Numeric(24, 6), nullable=False)


# Rows of snapshots. The security stands before the account: a market-wide sum reads one range, and so does a position.
holding = Table(
    "holding",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("market", Text, primary_key=True),
    Column("security", Text, primary_key=True),
    Column("account_ref", Text, primary_key=True),
    Column("share_class", Text, primary_key=True),
    _quantity("held"),
    _quantity("frozen_quantity"),
    _quantity("pledged"),
    _quantity("settlement_collateral"),
    _quantity("other_restricted"),
    Column("release_date", Date),
)

security = Table(
    "security",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("market", Text, primary_key=True),
    Column("security", Text, primary_key=True),
    Column("asset_class", Text, nullable=False),
    Column("board", Text, nullable=False),
    Column("a_capital", BigInteger),
    Column("special_treatment", Text),
    Column("suspended", Boolean, nullable=False),
    Column("net_income_last_year", Numeric(24, 2)),
)

price = Table(
    "price",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("market", Text, primary_key=True),
    Column("security", Text, primary_key=True),
    Column("close", Numeric(24, 8), nullable=False),
    Column("traded", Boolean, nullable=False),
    Column("accrued_interest", Numeric(24, 8)),
)

corporate_action = Table(
    "corporate_action",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("market", Text, primary_key=True),
    Column("security", Text, primary_key=True),
    Column("ex_date", Date, primary_key=True),
    Column("bonus", Numeric(24, 8), nullable=False),
    Column("cash", Numeric(24, 8), nullable=False),
    Column("rights", Numeric(24, 8), nullable=False),
    Column("rights_price", Numeric(24, 8), nullable=False),
    Column("published_reference_price", Numeric(24, 8)),
    Index("corporate_action_of_security", "market", "security", "ex_date"),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("is_trading_day", Boolean, nullable=False),
)
