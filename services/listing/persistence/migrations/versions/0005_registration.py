"""Registrations of the depository, what owners are asked about them, and registration cases (P12.3, P17)."""

from typing import cast

from alembic import op
from alembic.operations import Operations

from chassis.spine import enable_row_security

# alembic's `op` is a module that stands for the operations of the running migration.
operations = cast("Operations", op)

revision = "0005"
down_revision = "0004"

_TABLES = """
create table registration (
    snapshot_id uuid not null,
    number text not null,
    account_ref text not null,
    market text not null,
    security text not null,
    share_class text not null,
    venue text not null,
    quantity numeric(24, 4) not null,
    pledgee_ref text not null,
    registered_on date not null,
    released_on date,
    constraint registration_pkey primary key (snapshot_id, number, account_ref, market, security, share_class)
);
create index registration_by_number on registration (number);

create table registration_question (
    listing_id uuid not null,
    number text not null,
    participant_id text not null,
    registered_on date not null,
    coverage text not null,
    asked_at timestamptz not null,
    answer text,
    answered_by text,
    answered_at timestamptz,
    constraint registration_question_pkey primary key (listing_id, number),
    constraint registration_question_answer check (answer in ('yes', 'no'))
);

create table registration_match (
    number text not null,
    listing_id uuid not null,
    participant_id text not null,
    constraint registration_match_pkey primary key (number, listing_id)
);

create table registration_case (
    id uuid primary key,
    conversation_id uuid not null,
    term_sheet_id uuid not null,
    round integer not null,
    pledgor_id text not null,
    pledgor_listing_id uuid not null,
    pledgee_id text not null,
    pledgee_listing_id uuid not null,
    variant text not null,
    stage text not null,
    number text,
    number_by text,
    ticks jsonb not null,
    opened_at timestamptz not null,
    registered_on date,
    released_on date,
    revision integer not null,
    constraint registration_case_of_terms unique (term_sheet_id),
    constraint registration_case_variant check (variant in ('SEC', 'NEEQ', 'FUND')),
    constraint registration_case_stage check (stage in ('preparing', 'filed', 'registered', 'abandoned'))
);
create unique index registration_case_number on registration_case (number) where stage <> 'abandoned';
create index registration_case_of_pledgor on registration_case (pledgor_id, id);
create index registration_case_of_pledgee on registration_case (pledgee_id, id);
create index unit_hold_of_units on unit_hold (account_ref, market, security)
"""
# A case has two owners: each of its participants sees it, and nobody else.
_MEMBERS = (
    "current_setting('pledgeboard.participant_id', true) in (pledgor_id, pledgee_id) "
    "or current_setting('pledgeboard.scope', true) = 'all'"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for table in ("registration_question", "registration_match"):
        enable_row_security(operations, table, "participant_id", "participant_id")
    op.execute("alter table registration_case enable row level security")
    op.execute("alter table registration_case force row level security")
    op.execute(
        f"create policy registration_case_members on registration_case using ({_MEMBERS}) with check ({_MEMBERS})"
    )


def downgrade() -> None:
    op.execute("drop index unit_hold_of_units")
    op.execute("drop table registration_case, registration_match, registration_question, registration")
