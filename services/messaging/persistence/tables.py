"""The schema `messaging` as queries see it; migrations make it. Row-level security is forced on every table."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, PrimaryKeyConstraint, Table, Text, Uuid

from chassis.tables import metadata_for

metadata = metadata_for("messaging")

_MOMENT = DateTime(timezone=True)

listing_owner = Table(
    "listing_owner",
    metadata,
    Column("listing_id", Uuid, primary_key=True),
    Column("participant_id", Text, nullable=False),
)
participant_user = Table(
    "participant_user",
    metadata,
    Column("participant_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    PrimaryKeyConstraint("participant_id", "user_id", name="participant_user_pkey"),
)
notification = Table(
    "notification",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("listing_id", Uuid, nullable=False),
    Column("participant_id", Text),
    Column("kind", Text, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
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
