"""Tables of registrations, of what owners are asked about them, and of registration cases."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from listing.persistence.tables import metadata

_MOMENT = DateTime(timezone=True)

# Kept for good: a number may be entered long after its registration arrived (P17.2), and a day has few rows.
registration = Table(
    "registration",
    metadata,
    Column("snapshot_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("account_ref", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("security", Text, nullable=False),
    Column("share_class", Text, nullable=False),
    Column("venue", Text, nullable=False),
    Column("quantity", Numeric(24, 4), nullable=False),
    Column("pledgee_ref", Text, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("released_on", Date),
    PrimaryKeyConstraint(
        "snapshot_id", "number", "account_ref", "market", "security", "share_class", name="registration_pkey"
    ),
    Index("registration_by_number", "number"),
)
registration_question = Table(
    "registration_question",
    metadata,
    Column("listing_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("asked_at", _MOMENT, nullable=False),
    Column("answer", Text),
    Column("answered_by", Text),
    Column("answered_at", _MOMENT),
    PrimaryKeyConstraint("listing_id", "number", name="registration_question_pkey"),
    CheckConstraint("answer in ('yes', 'no')", name="registration_question_answer"),
)
registration_match = Table(
    "registration_match",
    metadata,
    Column("number", Text, nullable=False),
    Column("listing_id", Uuid, nullable=False),
    Column("participant_id", Text, nullable=False),
    PrimaryKeyConstraint("number", "listing_id", name="registration_match_pkey"),
)
registration_case = Table(
    "registration_case",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("term_sheet_id", Uuid, nullable=False),
    Column("round", Integer, nullable=False),
    Column("pledgor_id", Text, nullable=False),
    Column("pledgor_listing_id", Uuid, nullable=False),
    Column("pledgee_id", Text, nullable=False),
    Column("pledgee_listing_id", Uuid, nullable=False),
    Column("variant", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("number", Text),
    Column("number_by", Text),
    Column("ticks", JSONB, nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Column("registered_on", Date),
    Column("released_on", Date),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("term_sheet_id", name="registration_case_of_terms"),
    CheckConstraint("variant in ('SEC', 'NEEQ', 'FUND')", name="registration_case_variant"),
    CheckConstraint("stage in ('preparing', 'filed', 'registered', 'abandoned')", name="registration_case_stage"),
    # P17.2: no two cases carry one number; an abandoned case gives it back.
    Index("registration_case_number", "number", unique=True, postgresql_where=text("stage <> 'abandoned'")),
    Index("registration_case_of_pledgor", "pledgor_id", "id"),
    Index("registration_case_of_pledgee", "pledgee_id", "id"),
)
