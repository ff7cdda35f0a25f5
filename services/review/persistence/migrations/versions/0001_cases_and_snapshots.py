"""Verification cases, live listings, the register of loads, and the snapshots they stand on."""

from typing import cast

from alembic import op
from alembic.operations import Operations

from chassis.snapshots import create_snapshot_tables, drop_snapshot_tables
from chassis.spine import create_spine, drop_spine, enable_row_security

# alembic's `op` is a module that stands for the operations of the running migration.
operations = cast("Operations", op)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
create table verification_case (
    case_id uuid primary key,
    listing_id uuid not null,
    version integer not null,
    participant_id text not null,
    area text not null check (area in ('pledgor', 'pledgee')),
    content jsonb not null,
    submitted_at timestamptz not null,
    state text not null check (state in ('waiting', 'needs_person', 'approved', 'returned', 'closed')),
    waits_for date,
    queued_since timestamptz,
    publishable_on date,
    approved_by text,
    decided_at timestamptz,
    decision_id uuid,
    rule_ids jsonb not null,
    reasons jsonb not null,
    claimed_by text,
    claimed_until timestamptz,
    tried text,
    row_version integer not null,
    constraint verification_case_once unique (listing_id, version)
);
create index verification_case_queue on verification_case (queued_since, case_id) where state = 'needs_person';
create index verification_case_waiting on verification_case (submitted_at, case_id) where state = 'waiting';

create table decision (
    decision_id uuid primary key,
    listing_id uuid not null,
    version integer not null,
    participant_id text not null,
    occasion text not null,
    day date not null,
    decided_at timestamptz not null,
    outcome text not null,
    results jsonb not null,
    snapshots jsonb not null,
    ahead jsonb not null,
    rate_cap jsonb
);
create index decision_of_listing on decision (listing_id, decided_at);

create table live_listing (
    listing_id uuid primary key,
    case_id uuid not null,
    version integer not null,
    participant_id text not null,
    area text not null,
    content jsonb not null,
    published_at timestamptz not null,
    state text not null check (state in ('open', 'negotiating', 'pledged', 'expired')),
    checked_date date not null,
    checked_revision integer not null,
    check_result text,
    check_decision_id uuid,
    shortfall jsonb
);
create index live_listing_behind on live_listing (checked_date, checked_revision, listing_id)
    where area = 'pledgor' and state in ('open', 'negotiating');

create table live_line (
    listing_id uuid not null,
    line_no integer not null,
    participant_id text not null,
    account_ref text not null,
    market text not null,
    security text not null,
    share_class text not null,
    quantity numeric(24, 6) not null,
    published_at timestamptz not null,
    is_live boolean not null,
    primary key (listing_id, line_no)
);
create index live_line_of_holding on live_line (account_ref, market, security, share_class) where is_live;

create table verification_day (
    day date primary key,
    status text not null check (status in ('verified', 'not_verified')),
    revision integer,
    changed_at timestamptz not null
);

create table reference_load (
    load_id uuid primary key,
    kind text not null,
    business_date date not null,
    revision integer not null,
    file_hash text not null,
    file_bytes bigint not null,
    row_count bigint not null,
    loaded_by text not null,
    registered_at timestamptz not null,
    reason text,
    state text not null check (state in ('saying', 'interrupted', 'completed')),
    said_blocks integer not null,
    said_rows bigint not null,
    said_hash numeric(20, 0) not null,
    progressed_at timestamptz,
    completed_at timestamptz,
    row_version integer not null,
    constraint reference_load_revision unique (kind, business_date, revision)
);
create index reference_load_newest on reference_load (registered_at, load_id);

create table holding (
    snapshot_id uuid not null,
    market text not null,
    security text not null,
    account_ref text not null,
    share_class text not null,
    held numeric(24, 6) not null,
    frozen_quantity numeric(24, 6) not null,
    pledged numeric(24, 6) not null,
    settlement_collateral numeric(24, 6) not null,
    other_restricted numeric(24, 6) not null,
    release_date date,
    primary key (snapshot_id, market, security, account_ref, share_class)
);

create table security (
    snapshot_id uuid not null,
    market text not null,
    security text not null,
    asset_class text not null,
    board text not null,
    a_capital bigint,
    special_treatment text,
    suspended boolean not null,
    net_income_last_year numeric(24, 2),
    primary key (snapshot_id, market, security)
);

create table price (
    snapshot_id uuid not null,
    market text not null,
    security text not null,
    close numeric(24, 8) not null,
    traded boolean not null,
    accrued_interest numeric(24, 8),
    primary key (snapshot_id, market, security)
);

create table corporate_action (
    snapshot_id uuid not null,
    market text not null,
    security text not null,
    ex_date date not null,
    bonus numeric(24, 8) not null,
    cash numeric(24, 8) not null,
    rights numeric(24, 8) not null,
    rights_price numeric(24, 8) not null,
    published_reference_price numeric(24, 8),
    primary key (snapshot_id, market, security, ex_date)
);
create index corporate_action_of_security on corporate_action (market, security, ex_date);

create table calendar_day (
    snapshot_id uuid not null,
    day date not null,
    is_trading_day boolean not null,
    primary key (snapshot_id, day)
)
"""

_OWN = ("verification_case", "decision", "live_listing", "live_line")
_REST = ("verification_day", "reference_load", "holding", "security", "price", "corporate_action", "calendar_day")


def upgrade() -> None:
    create_spine(operations)
    create_snapshot_tables(operations)
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for table in _OWN:
        enable_row_security(operations, table, "participant_id", "participant_id")


def downgrade() -> None:
    op.execute(f"drop table {', '.join((*_OWN, *_REST))}")
    drop_snapshot_tables(operations)
    drop_spine(operations)
