"""The spine, who is who, and the notification inbox."""

from alembic import op

from chassis.spine import create_spine, drop_spine, enable_row_security

revision = "0001"
down_revision = None

INBOX = (
    """
    create table listing_owner (
        listing_id uuid primary key,
        participant_id text not null
    )
    """,
    """
    create table participant_user (
        participant_id text not null,
        user_id text not null,
        constraint participant_user_pkey primary key (participant_id, user_id)
    )
    """,
    """
    create table notification (
        id uuid primary key,
        listing_id uuid not null,
        participant_id text,
        kind text not null,
        created_at timestamptz not null
    )
    """,
    "create index notification_of_participant on notification (participant_id, created_at, id)",
    "create index notification_of_listing on notification (listing_id)",
    """
    create table notification_read (
        notification_id uuid not null constraint notification_read_of references notification (id),
        user_id text not null,
        participant_id text not null,
        read_at timestamptz not null,
        constraint notification_read_pkey primary key (notification_id, user_id)
    )
    """,
)
OWN_ROWS = ("listing_owner", "participant_user", "notification", "notification_read")


def upgrade() -> None:
    create_spine(op)  # type: ignore[arg-type]  # alembic's module stands in for its class
    for statement in INBOX:
        op.execute(statement)
    for table in OWN_ROWS:
        enable_row_security(op, table, "participant_id", "participant_id")  # type: ignore[arg-type]  # the same


def downgrade() -> None:
    op.execute("drop table notification_read, notification, participant_user, listing_owner")
    drop_spine(op)  # type: ignore[arg-type]  # the same
