"""States of every record type, and what waits to be linked."""

from alembic import op

from chassis.spine import enable_row_security

revision = "0004"
down_revision = "0003"

OF_A_FIRM = ("record_state", "unlinked_record", "awaited_record", "link_again", "link_progress")
TABLES = (
    """
    create table record_state (
        firm_id text not null,
        record_type text not null,
        record_key text not null,
        belongs_to text,
        recorded_on date not null,
        sequence bigint not null,
        accession text not null,
        ended_on date,
        merged_into text,
        is_cancelled boolean not null,
        content jsonb not null,
        primary key (firm_id, record_type, record_key)
    )
    """,
    """
    create index record_state_belongs on record_state (firm_id, belongs_to, record_type)
        where belongs_to is not null
    """,
    """
    create table unlinked_record (
        firm_id text not null,
        "offset" bigint not null,
        line integer not null,
        record_type text not null,
        record_key text not null,
        sequence bigint not null,
        outcome text not null,
        business_date date not null,
        since timestamptz not null,
        linked_at timestamptz,
        primary key (firm_id, "offset", line)
    )
    """,
    """
    create index unlinked_record_open on unlinked_record (firm_id, record_type, record_key)
        where linked_at is null
    """,
    """
    create table awaited_record (
        firm_id text not null,
        record_type text not null,
        record_key text not null,
        wanted text not null,
        primary key (firm_id, record_type, record_key, wanted)
    )
    """,
    "create index awaited_record_wanted on awaited_record (firm_id, wanted)",
    """
    create table link_again (
        firm_id text not null,
        "offset" bigint not null,
        line integer not null,
        primary key (firm_id, "offset", line)
    )
    """,
    """
    create table link_progress (
        firm_id text not null,
        next_offset bigint not null,
        primary key (firm_id)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in OF_A_FIRM:
        enable_row_security(op, table, "firm_id", "firm_id")  # type: ignore[arg-type]  # the module stands for its operations


def downgrade() -> None:
    for table in reversed(OF_A_FIRM):
        op.execute(f"drop table {table}")
