"""Tables of the operator's ladder."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from review.persistence.tables import metadata


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _matter() -> list[Column[object]]:
    return [
        Column("subject_kind", Text, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("participant_id", Text, nullable=False),
        Column("account_refs", ARRAY(Text), nullable=False),
    ]


party = Table(
    "party",
    metadata,
    Column("participant_id", Text, primary_key=True),
    Column("account_refs", ARRAY(Text), nullable=False),
)

party_user = Table(
    "party_user",
    metadata,
    Column("participant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
)

notice = Table(
    "notice",
    metadata,
    Column("notice_id", Uuid, primary_key=True),
    *_matter(),
    Column("ground", JSONB, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
    _moment("issued_at"),
    Column("term", JSONB, nullable=False),
    _moment("deadline_at", nullable=True),
    Column("state", Text, nullable=False),
    Column("answers", JSONB, nullable=False),
    _moment("overdue_since", nullable=True),
    _moment("closed_at", nullable=True),
    Column("closed_by", Text),
    Column("close_reason", Text),
    Column("row_version", Integer, nullable=False),
    Index("notice_newest", "issued_at", "notice_id"),
    Index("notice_of_participant", "participant_id", "issued_at", "notice_id"),
    Index("notice_standing", "subject_id", postgresql_where=text("state <> 'closed' and subject_kind = 'listing'")),
)

sanction = Table(
    "sanction",
    metadata,
    Column("sanction_id", Uuid, primary_key=True),
    Column("notice_id", Uuid, ForeignKey("notice.notice_id"), nullable=False),
    Column("notice_by", Text, nullable=False),
    Column("step", Text, nullable=False),
    *_matter(),
    Column("ground", JSONB, nullable=False),
    Column("statement", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    _moment("proposed_at"),
    Column("ends_on", Date),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    _moment("decided_at", nullable=True),
    Column("decision_reason", Text, nullable=False),
    _moment("appeal_until", nullable=True),
    Column("lift", JSONB(none_as_null=True)),
    Column("lifted_by", Text),
    _moment("ended_at", nullable=True),
    Column("ended_by", Text),
    Column("appeal", JSONB(none_as_null=True)),
    Column("row_version", Integer, nullable=False),
    Index("sanction_newest", "proposed_at", "sanction_id"),
    Index("sanction_of_participant", "participant_id", "proposed_at", "sanction_id"),
    Index("sanction_in_force", "subject_kind", "subject_id", postgresql_where=text("state = 'in_force'")),
)
