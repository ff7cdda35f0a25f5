"""The schema `listing` as queries see it; migrations make it, and `chassis.migrations.check` compares the two.

Row-level security is forced on everything that belongs to one participant. `board_listing` holds no identity and
`unit_lock` no participant: both are deliberately open to every transaction of this service.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.snapshots import snapshot_tables
from chassis.tables import metadata_for

metadata = metadata_for("listing")
snapshots = snapshot_tables(metadata)

_QUANTITY = Numeric(24, 4)
_RATE = Numeric(12, 6)
_MOMENT = DateTime(timezone=True)

participant = Table(
    "participant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("access", Text, nullable=False),
    Column("basic", JSONB, nullable=False),
    Column("accounts", JSONB, nullable=False),
    Column("registered_at", _MOMENT, nullable=False),
    Column("informed_at", _MOMENT, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("closed", Text, nullable=False, server_default="no_securities_account"),
    Column("status", Text, nullable=False, server_default="active"),
    CheckConstraint("access in ('granted', 'none')", name="participant_access"),
    CheckConstraint("status in ('active', 'suspended', 'terminated')", name="participant_status"),
)
participant_user = Table(
    "participant_user",
    metadata,
    Column("participant_id", Text, ForeignKey("participant.id", name="participant_user_of"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("joined_at", _MOMENT, nullable=False),
    Column("state", Text, nullable=False, server_default="active"),
    Column("assigned", Boolean, nullable=False, server_default=text("false")),
    Column("status", Text, nullable=False, server_default="active"),
    PrimaryKeyConstraint("participant_id", "user_id", name="participant_user_pkey"),
    CheckConstraint("state in ('invited', 'active', 'disabled')", name="participant_user_state"),
    CheckConstraint("status in ('active', 'suspended', 'terminated')", name="participant_user_status"),
)
business_information = Table(
    "business_information",
    metadata,
    Column("participant_id", Text, ForeignKey("participant.id", name="business_information_of"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("information", JSONB, nullable=False),
    Column("changed_at", _MOMENT, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("confirmed_at", _MOMENT),
    PrimaryKeyConstraint("participant_id", "version", name="business_information_pkey"),
)
listing = Table(
    "listing",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("participant_id", Text, ForeignKey("participant.id", name="listing_of"), nullable=False),
    Column("area", Text, nullable=False),
    Column("publication", Text, nullable=False),
    Column("state", Text),
    Column("visibility", Text, nullable=False),
    Column("restrictions", JSONB, nullable=False, server_default=text("'[]'")),
    Column("revision", Integer, nullable=False),
    Column("replaces", Uuid),
    Column("draft", JSONB(none_as_null=True)),
    Column("last_version", Integer, nullable=False),
    Column("public_version", Integer),
    Column("review_version", Integer),
    Column("returned_version", Integer),
    # Of the public version, repeated here for the questions every request asks (P14.2).
    Column("valid_until", Date),
    Column("created_at", _MOMENT, nullable=False),
    Column("published_at", _MOMENT),
    Column("ended_at", _MOMENT),
    Column("deleted_at", _MOMENT),
    CheckConstraint(
        "publication in ('draft', 'under_review', 'published', 'returned', 'deleted')", name="listing_publication"
    ),
    CheckConstraint("state in ('open', 'negotiating', 'pledged', 'expired')", name="listing_state"),
    CheckConstraint("publication <> 'published' or state is not null", name="listing_published_has_state"),
    CheckConstraint("visibility in ('normal', 'restricted')", name="listing_visibility"),
    Index("listing_own", "participant_id", "id"),
)
listing_version = Table(
    "listing_version",
    metadata,
    Column("listing_id", Uuid, ForeignKey("listing.id", name="listing_version_of"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("form", JSONB, nullable=False),
    Column("instruments", JSONB, nullable=False),
    Column("declaration", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("progress", Text),
    Column("waits_for", Date),
    Column("reasons", JSONB, nullable=False),
    Column("snapshot_date", Date),
    Column("snapshot_revision", Integer),
    Column("submitted_at", _MOMENT, nullable=False),
    Column("settled_at", _MOMENT),
    PrimaryKeyConstraint("listing_id", "number", name="listing_version_pkey"),
    CheckConstraint(
        "status in ('under_review', 'published', 'superseded', 'returned', 'withdrawn')", name="listing_version_status"
    ),
    # One version of a listing is public, one under review: whatever the code does.
    Index("listing_version_public", "listing_id", unique=True, postgresql_where=text("status = 'published'")),
    Index("listing_version_in_review", "listing_id", unique=True, postgresql_where=text("status = 'under_review'")),
)
listing_check = Table(
    "listing_check",
    metadata,
    Column("listing_id", Uuid, ForeignKey("listing.id", name="listing_check_of"), primary_key=True),
    Column("participant_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("snapshot_date", Date, nullable=False),
    Column("snapshot_revision", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("checked_at", _MOMENT, nullable=False),
)
listing_demand = Table(
    "listing_demand",
    metadata,
    Column("notice_id", Uuid, primary_key=True),
    Column("listing_id", Uuid, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("ground", JSONB, nullable=False),
    Column("deadline_at", _MOMENT),
    Column("state", Text, nullable=False),
    CheckConstraint("state in ('open', 'overdue')", name="listing_demand_state"),
    Index("listing_demand_on", "listing_id"),
)
unit_lock = Table(
    "unit_lock",
    metadata,
    Column("account_ref", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("share_class", Text, nullable=False),
    Column("held_by_listings", _QUANTITY, nullable=False),
    PrimaryKeyConstraint("account_ref", "market", "security", "share_class", name="unit_lock_pkey"),
    CheckConstraint("held_by_listings >= 0", name="unit_lock_never_negative"),
)
unit_hold = Table(
    "unit_hold",
    metadata,
    Column("listing_id", Uuid, ForeignKey("listing.id", name="unit_hold_of"), nullable=False),
    Column("account_ref", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("share_class", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("quantity", _QUANTITY, nullable=False),
    PrimaryKeyConstraint("listing_id", "account_ref", "market", "security", "share_class", name="unit_hold_pkey"),
    ForeignKeyConstraint(
        ["account_ref", "market", "security", "share_class"],
        ["unit_lock.account_ref", "unit_lock.market", "unit_lock.security", "unit_lock.share_class"],
        name="unit_hold_under_lock",
    ),
    CheckConstraint("quantity > 0", name="unit_hold_something"),
    Index("unit_hold_of_units", "account_ref", "market", "security"),
)
board_listing = Table(
    "board_listing",
    metadata,
    Column("listing_id", Uuid, primary_key=True),
    Column("area", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("markets", ARRAY(Text), nullable=False),
    Column("boards", ARRAY(Text), nullable=False),
    Column("asset_classes", ARRAY(Text), nullable=False),
    Column("security_codes", ARRAY(Text), nullable=False),
    Column("securities", JSONB, nullable=False),
    Column("amount_above", Numeric(20, 2), nullable=False),
    Column("amount_up_to", Numeric(20, 2)),
    Column("rate_above", _RATE, nullable=False),
    Column("rate_up_to", _RATE),
    Column("months_from", Integer, nullable=False),
    Column("months_to", Integer, nullable=False),
    Column("published_at", _MOMENT, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("ended_at", _MOMENT),
    Column("update_under_review", Boolean, nullable=False),
    # Its owner is suspended or terminated: the shelf keeps it, and shows it to nobody.
    Column("hidden", Boolean, nullable=False, server_default=text("false")),
    # Keys of filters over details (P14.2); never selected with a summary.
    Column("amount_from_fen", BigInteger, nullable=False),
    Column("amount_to_fen", BigInteger, nullable=False),
    Column("annual_rate_from", _RATE, nullable=False),
    Column("annual_rate_to", _RATE, nullable=False),
    Column("pledge_rate", _RATE, nullable=False),
    Column("share_classes", ARRAY(Text), nullable=False),
    Column("industries", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("region", Text),
    Index("board_listing_newest", text("published_at desc"), text("listing_id desc")),
    Index("board_listing_codes", "security_codes", postgresql_using="gin"),
)
legal_text = Table(
    "legal_text",
    metadata,
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("interpreter_zh", Text, nullable=False),
    Column("interpreter_en", Text, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("status", Text, nullable=False),
    PrimaryKeyConstraint("kind", "version", name="legal_text_pkey"),
)
legal_text_proposal = Table(
    "legal_text_proposal",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("text", JSONB, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", _MOMENT, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", _MOMENT),
    CheckConstraint("state in ('proposed', 'approved', 'rejected')", name="legal_text_proposal_state"),
    CheckConstraint("decided_by <> proposed_by", name="legal_text_proposal_four_eyes"),
    Index("legal_text_proposal_once", "kind", "version", unique=True, postgresql_where=text("state <> 'rejected'")),
)
legal_acceptance = Table(
    "legal_acceptance",
    metadata,
    Column("participant_id", Text, ForeignKey("participant.id", name="legal_acceptance_of"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("accepted_at", _MOMENT, nullable=False),
    PrimaryKeyConstraint("participant_id", "user_id", "kind", "version", name="legal_acceptance_pkey"),
    ForeignKeyConstraint(
        ["kind", "version"], ["legal_text.kind", "legal_text.version"], name="legal_acceptance_of_text"
    ),
)
eligible_class = Table(
    "eligible_class",
    metadata,
    Column("id", Text, primary_key=True),
    Column("asset_class", Text, nullable=False),
    Column("step", _QUANTITY, nullable=False),
    Column("has_share_class", Boolean, nullable=False),
    Column("market", Text),
    Column("security", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("status", Text, nullable=False),
    CheckConstraint("step > 0", name="eligible_class_step"),
)
product_template = Table(
    "product_template",
    metadata,
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("amount_from_fen", BigInteger, nullable=False),
    Column("amount_to_fen", BigInteger, nullable=False),
    Column("terms", ARRAY(Integer), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("status", Text, nullable=False),
    PrimaryKeyConstraint("id", "version", name="product_template_pkey"),
)

holding = Table(
    "holding",
    metadata,
    Column("snapshot_id", Uuid, nullable=False),
    Column("account_ref", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("share_class", Text, nullable=False),
    Column("held", _QUANTITY, nullable=False),
    Column("frozen_quantity", _QUANTITY, nullable=False),
    Column("pledged", _QUANTITY, nullable=False),
    Column("settlement_collateral", _QUANTITY, nullable=False),
    Column("other_restricted", _QUANTITY, nullable=False),
    Column("release_date", Date),
    PrimaryKeyConstraint("snapshot_id", "account_ref", "market", "security", "share_class", name="holding_pkey"),
)
security = Table(
    "security",
    metadata,
    Column("snapshot_id", Uuid, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("asset_class", Text, nullable=False),
    Column("board", Text, nullable=False),
    PrimaryKeyConstraint("snapshot_id", "market", "security", name="security_pkey"),
)
price = Table(
    "price",
    metadata,
    Column("snapshot_id", Uuid, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("close", Numeric(20, 6), nullable=False),
    Column("accrued_interest", Numeric(20, 6)),
    PrimaryKeyConstraint("snapshot_id", "market", "security", name="price_pkey"),
)
