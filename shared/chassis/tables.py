"""The spine's tables as SQLAlchemy sees them: each service's metadata begins with them.

They are created by `chassis.spine.create_spine`; a test compares the two.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    DateTime,
    FetchedValue,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

SPINE_TABLES = frozenset(
    {
        "outbox",
        "topic_sequence",
        "outbox_parked_key",
        "inbox",
        "applied_sequence",
        "consumer_offset",
        "slice_suspicion",
        "parked_key",
        "parked_record",
        "idempotency",
        "audit",
        "due_work",
    }
)


def metadata_for(service: str) -> MetaData:
    """A metadata that already holds the spine. Tables carry no schema: the connection's search path is the service."""
    metadata = MetaData(info={"service": service})
    _outbox(metadata)
    _inbox(metadata)
    _parking(metadata)
    _commands(metadata)
    return metadata


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=FetchedValue())


def _outbox(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        Column("id", BigInteger, nullable=False, server_default=FetchedValue()),
        Column("day", Date, nullable=False, server_default=FetchedValue()),
        Column("topic", Text, nullable=False),
        Column("key", Text),
        Column("partition", Integer),
        Column("sequence", BigInteger, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        _moment("created_at"),
        Column("sent_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("day", "id", name="outbox_pkey"),
        Index("outbox_unsent", "id", postgresql_where=text("sent_at is null")),
    )
    Table(
        "topic_sequence",
        metadata,
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("last", BigInteger, nullable=False),
        PrimaryKeyConstraint("topic", "key", name="topic_sequence_pkey"),
    )
    Table(
        "outbox_parked_key",
        metadata,
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("outbox_id", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        _moment("since"),
        PrimaryKeyConstraint("topic", "key", name="outbox_parked_key_pkey"),
    )


def _inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        _moment("applied_at"),
        PrimaryKeyConstraint("consumer", "event_id", name="inbox_pkey"),
        Index("inbox_applied_at", "applied_at"),
    )
    Table(
        "applied_sequence",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("last", BigInteger, nullable=False),
        PrimaryKeyConstraint("consumer", "topic", "key", name="applied_sequence_pkey"),
    )
    Table(
        "consumer_offset",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("topic_id", Text, nullable=False),
        Column("next", BigInteger, nullable=False),
        Column("holder", Text),
        Column("suspect_offset", BigInteger),
        Column("attempts", Integer, nullable=False, server_default=FetchedValue()),
        _moment("updated_at"),
        PrimaryKeyConstraint("consumer", "topic", "partition", name="consumer_offset_pkey"),
    )
    Table(
        "slice_suspicion",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("state", JSONB, nullable=False),
        _moment("updated_at"),
        PrimaryKeyConstraint("consumer", "topic", "partition", name="slice_suspicion_pkey"),
    )


def _parking(metadata: MetaData) -> None:
    Table(
        "parked_key",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("detail", Text, nullable=False),
        _moment("since"),
        Column("released_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("consumer", "topic", "key", name="parked_key_pkey"),
    )
    Table(
        "parked_record",
        metadata,
        Column("id", BigInteger, Identity(always=True), nullable=False),
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("offset", BigInteger, nullable=False),
        Column("sequence", BigInteger),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary),
        _moment("arrived_at"),
        PrimaryKeyConstraint("id", name="parked_record_pkey"),
        UniqueConstraint("consumer", "topic", "partition", "offset", name="parked_record_once"),
        Index("parked_record_in_order", "consumer", "topic", "key", "id"),
    )


def _commands(metadata: MetaData) -> None:
    Table(
        "idempotency",
        metadata,
        Column("actor", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("operation", Text, nullable=False),
        Column("request_hash", Text, nullable=False),
        Column("result", LargeBinary),
        _moment("created_at"),
        PrimaryKeyConstraint("actor", "key", name="idempotency_pkey"),
        Index("idempotency_created_at", "created_at"),
    )
    Table(
        "audit",
        metadata,
        Column("id", BigInteger, Identity(always=True), nullable=False),
        _moment("at"),
        Column("operation", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("roles", ARRAY(Text), nullable=False),
        Column("participant_id", Text),
        Column("firm_id", Text),
        Column("door", Text, nullable=False),
        Column("door_ref", Text),
        Column("outcome", Text, nullable=False),
        Column("details", JSONB, nullable=False),
        Column("event_ids", ARRAY(Uuid), nullable=False),
        Column("trace_id", Text),
        PrimaryKeyConstraint("id", name="audit_pkey"),
        Index("audit_at", "at"),
    )
    Table(
        "due_work",
        metadata,
        Column("id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("attempts", Integer, nullable=False, server_default=FetchedValue()),
        Column("retry_at", DateTime(timezone=True)),
        Column("parked_reason", Text),
        _moment("created_at"),
        PrimaryKeyConstraint("id", name="due_work_pkey"),
        UniqueConstraint("kind", "key", name="due_work_once"),
        Index("due_work_in_order", "kind", "due_at", postgresql_where=text("parked_reason is null")),
    )
