"""The table of moderation cases: no participant's row, and open to review alone, so without row security."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from review.persistence.tables import metadata

moderation_case = Table(
    "moderation_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("reported", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("sides", ARRAY(Text), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", DateTime(timezone=True)),
    Column("outcome", Text),
    Column("note", Text, nullable=False),
    Column("decided_by", Text),
    Column("closed_at", DateTime(timezone=True)),
    Column("row_version", Integer, nullable=False),
    UniqueConstraint("report_id", name="moderation_case_once"),
    Index("moderation_case_open", "opened_at", "case_id", postgresql_where=text("closed_at is null")),
)
