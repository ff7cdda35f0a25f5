"""Tables of applications for access, and of logins as the board says they stand."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.standings import standing_table
from review.persistence.tables import metadata

login_standing = standing_table(metadata)

access_application = Table(
    "access_application",
    metadata,
    Column("application_id", Uuid, primary_key=True),
    Column("participant_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("statement", JSONB, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("attachments", JSONB, nullable=False),
    Column("exchanges", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", DateTime(timezone=True)),
    Column("filed_at", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("failure", Text),
    Column("row_version", Integer, nullable=False),
    Index(
        "access_application_open",
        "participant_id",
        unique=True,
        postgresql_where=text("state not in ('approved', 'refused')"),
    ),
    Index("access_application_waiting", "filed_at", "application_id", postgresql_where=text("state = 'filed'")),
)

access_paper = Table(
    "access_paper",
    metadata,
    Column("attachment_id", Uuid, primary_key=True),
    Column(
        "application_id",
        Uuid,
        ForeignKey("access_application.application_id", name="access_paper_of"),
        nullable=False,
    ),
    Column("participant_id", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
