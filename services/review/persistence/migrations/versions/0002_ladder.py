"""The operator's ladder: who there is, notices, and the steps that follow them."""

from typing import cast

from alembic import op
from alembic.operations import Operations

from chassis.spine import enable_row_security

# alembic's `op` is a module that stands for the operations of the running migration.
operations = cast("Operations", op)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = """
create table party (
    participant_id text primary key,
    account_refs text[] not null
);

create table party_user (
    participant_id text not null,
    user_id text not null,
    primary key (participant_id, user_id)
);

create table notice (
    notice_id uuid primary key,
    subject_kind text not null check (subject_kind in ('listing', 'participant', 'user')),
    subject_id text not null,
    participant_id text not null,
    account_refs text[] not null,
    ground jsonb not null,
    evidence text not null,
    issued_by text not null,
    issued_at timestamptz not null,
    term jsonb not null,
    deadline_at timestamptz,
    state text not null check (state in ('open', 'overdue', 'closed')),
    answers jsonb not null,
    overdue_since timestamptz,
    closed_at timestamptz,
    closed_by text,
    close_reason text,
    row_version integer not null
);
create index notice_newest on notice (issued_at, notice_id);
create index notice_of_participant on notice (participant_id, issued_at, notice_id);
create index notice_standing on notice (subject_id) where state <> 'closed' and subject_kind = 'listing';

create table sanction (
    sanction_id uuid primary key,
    notice_id uuid not null references notice (notice_id),
    notice_by text not null,
    step text not null check (step in ('restrict', 'suspend', 'terminate')),
    subject_kind text not null check (subject_kind in ('listing', 'participant', 'user')),
    subject_id text not null,
    participant_id text not null,
    account_refs text[] not null,
    ground jsonb not null,
    statement text not null,
    proposed_by text not null,
    proposed_at timestamptz not null,
    ends_on date,
    state text not null check (state in ('proposed', 'rejected', 'in_force', 'ended')),
    decided_by text,
    decided_at timestamptz,
    decision_reason text not null,
    appeal_until timestamptz,
    lift jsonb,
    lifted_by text,
    ended_at timestamptz,
    ended_by text,
    appeal jsonb,
    row_version integer not null,
    constraint sanction_four_eyes check (decided_by <> proposed_by)
);
create index sanction_newest on sanction (proposed_at, sanction_id);
create index sanction_of_participant on sanction (participant_id, proposed_at, sanction_id);
create index sanction_in_force on sanction (subject_kind, subject_id) where state = 'in_force'
"""
_OWN = ("party", "party_user", "notice", "sanction")


def upgrade() -> None:
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for table in _OWN:
        enable_row_security(operations, table, "participant_id", "participant_id")


def downgrade() -> None:
    op.execute("drop table sanction, notice, party_user, party")
