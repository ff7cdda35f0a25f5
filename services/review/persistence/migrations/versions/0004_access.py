"""Applications for access with their papers (P6.2, P6.3), and logins as the board says they stand."""

from typing import cast

from alembic import op
from alembic.operations import Operations

from chassis.spine import enable_row_security
from chassis.standings import create_standing_table, drop_standing_table

# alembic's `op` is a module that stands for the operations of the running migration.
operations = cast("Operations", op)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = """
create table access_application (
    application_id uuid primary key,
    participant_id text not null,
    user_id text not null,
    statement jsonb not null,
    begun_at timestamptz not null,
    state text not null check (state in ('draft', 'filed', 'more_asked', 'certifying', 'approved', 'refused')),
    attachments jsonb not null,
    exchanges jsonb not null,
    reasons jsonb not null,
    claimed_by text,
    claimed_until timestamptz,
    filed_at timestamptz,
    decided_at timestamptz,
    decided_by text,
    failure text,
    row_version integer not null
);
create unique index access_application_open on access_application (participant_id)
    where state not in ('approved', 'refused');
create index access_application_waiting on access_application (filed_at, application_id) where state = 'filed';

create table access_paper (
    attachment_id uuid primary key,
    application_id uuid not null constraint access_paper_of references access_application (application_id),
    participant_id text not null,
    content bytea not null
)
"""
_OWN = ("access_application", "access_paper")


def upgrade() -> None:
    create_standing_table(operations)
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for table in _OWN:
        enable_row_security(operations, table, "participant_id", "participant_id")


def downgrade() -> None:
    op.execute("drop table access_paper, access_application")
    drop_standing_table(operations)
