"""The schema `messaging` as queries see it; migrations make it. Row-level security is forced on every table.

A conversation is seen by its two sides, a message, a term sheet and evidence by whoever sees what it belongs to.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.standings import standing_table
from chassis.tables import metadata_for

metadata = metadata_for("messaging")
login_standing = standing_table(metadata)

_MOMENT = DateTime(timezone=True)

board_listing = Table(
    "board_listing",
    metadata,
    Column("listing_id", Uuid, primary_key=True),
    Column("participant_id", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("state", Text),
    Column("valid_until", Date),
    Column("restricted", Boolean, nullable=False, server_default="false"),
    Column("deleted", Boolean, nullable=False, server_default="false"),
    CheckConstraint("area in ('pledgor', 'pledgee')", name="board_listing_area"),
    CheckConstraint("state in ('open', 'negotiating', 'pledged', 'expired')", name="board_listing_state"),
    Index("board_listing_of", "participant_id"),
)
participant_user = Table(
    "participant_user",
    metadata,
    Column("participant_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("function", Text, nullable=False),
    PrimaryKeyConstraint("participant_id", "user_id", name="participant_user_pkey"),
)
notification = Table(
    "notification",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("listing_id", Uuid),
    Column("conversation_id", Uuid),
    Column("participant_id", Text),
    Column("kind", Text, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    CheckConstraint(
        "listing_id is not null or conversation_id is not null or participant_id is not null", name="notification_about"
    ),
    Index("notification_of_participant", "participant_id", "created_at", "id"),
    Index("notification_of_listing", "listing_id"),
)
notification_read = Table(
    "notification_read",
    metadata,
    Column("notification_id", Uuid, ForeignKey("notification.id", name="notification_read_of"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("read_at", _MOMENT, nullable=False),
    PrimaryKeyConstraint("notification_id", "user_id", name="notification_read_pkey"),
)
conversation = Table(
    "conversation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("listing_id", Uuid, nullable=False),
    Column("area", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("opener_id", Text, nullable=False),
    Column("opener_listing_id", Uuid, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Column("active_at", _MOMENT, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("listing_deleted", Boolean, nullable=False, server_default="false"),
    Column("terminated", Boolean, nullable=False, server_default="false"),
    CheckConstraint("owner_id <> opener_id", name="conversation_sides"),
    UniqueConstraint("listing_id", "opener_id", name="conversation_once"),
    Index("conversation_of_owner", "owner_id", "active_at", "id"),
    Index("conversation_of_opener", "opener_id", "active_at", "id"),
)
message = Table(
    "message",
    metadata,
    Column("conversation_id", Uuid, ForeignKey("conversation.id", name="message_of"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", _MOMENT, nullable=False),
    PrimaryKeyConstraint("conversation_id", "number", name="message_pkey"),
    CheckConstraint("kind in ('text', 'terms')", name="message_kind"),
)
conversation_read = Table(
    "conversation_read",
    metadata,
    Column("conversation_id", Uuid, ForeignKey("conversation.id", name="conversation_read_of"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("read_to", Integer, nullable=False),
    PrimaryKeyConstraint("conversation_id", "user_id", name="conversation_read_pkey"),
)
participant_block = Table(
    "participant_block",
    metadata,
    Column("blocker_id", Text, nullable=False),
    Column("blocked_id", Text, nullable=False),
    Column("blocked_by", Text, nullable=False),
    Column("blocked_at", _MOMENT, nullable=False),
    PrimaryKeyConstraint("blocker_id", "blocked_id", name="participant_block_pkey"),
)
term_sheet = Table(
    "term_sheet",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, ForeignKey("conversation.id", name="term_sheet_of"), nullable=False),
    Column("accepted_round", Integer),
    UniqueConstraint("conversation_id", name="term_sheet_once"),
)
term_round = Table(
    "term_round",
    metadata,
    Column("conversation_id", Uuid, ForeignKey("conversation.id", name="term_round_of"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("message_number", Integer, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", _MOMENT, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("accepted_by", JSONB, nullable=False),
    PrimaryKeyConstraint("conversation_id", "number", name="term_round_pkey"),
)
administrator_conversation = Table(
    "administrator_conversation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("participant_id", Text, nullable=False),
    Column("waiting_since", _MOMENT),
    Column("active_at", _MOMENT, nullable=False),
    Column("last_number", Integer, nullable=False),
    UniqueConstraint("participant_id", name="administrator_conversation_once"),
    Index("administrator_conversation_waiting", "waiting_since", "id"),
)
administrator_message = Table(
    "administrator_message",
    metadata,
    Column(
        "conversation_id",
        Uuid,
        ForeignKey("administrator_conversation.id", name="administrator_message_of"),
        nullable=False,
    ),
    Column("number", Integer, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("side", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", _MOMENT, nullable=False),
    PrimaryKeyConstraint("conversation_id", "number", name="administrator_message_pkey"),
    CheckConstraint("side in ('user', 'moderator')", name="administrator_message_side"),
)
message_report = Table(
    "message_report",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("reporter_id", Text, nullable=False),
    Column("reported_id", Text, nullable=False),
    Column("reported_by", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("reported_at", _MOMENT, nullable=False),
    Column("case_id", Uuid),
    Column("moderator_id", Text),
    Column("claimed_until", _MOMENT),
    Column("outcome", Text),
    Column("closed_at", _MOMENT),
    CheckConstraint("outcome in ('none', 'warning', 'notice')", name="message_report_outcome"),
    Index("message_report_of", "reporter_id", "id"),
)
report_evidence = Table(
    "report_evidence",
    metadata,
    Column("report_id", Uuid, ForeignKey("message_report.id", name="report_evidence_of"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("terms", JSONB(none_as_null=True)),
    Column("sent_at", _MOMENT, nullable=False),
    PrimaryKeyConstraint("report_id", "number", name="report_evidence_pkey"),
)
quota = Table(
    "quota",
    metadata,
    Column("counted", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("participant_id", Text, nullable=False),
    Column("begins", _MOMENT, nullable=False),
    Column("used", Integer, nullable=False),
    PrimaryKeyConstraint("counted", "subject", name="quota_pkey"),
)
