"""The spine; firms, their records and receipts, and the state of the book."""

from alembic import op

from chassis.spine import create_spine, drop_spine, enable_row_security

revision = "0001"
down_revision = None

OF_A_FIRM = (
    "firm",
    "submission_record",
    "intake_slice",
    "receipt_frame",
    "intake_day",
    "sequence_gap",
    "stream_day",
    "contract",
    "contract_terms",
    "collateral_line",
    "book_change",
)
TABLES = """
create table firm (
    firm_id text not null,
    name text not null,
    status text not null,
    onboarded_at timestamptz not null,
    version integer default 1 not null,
    receipt_sequence bigint default 0 not null,
    last_sequences jsonb default '{}' not null,
    pending_records integer default 0 not null,
    open_gaps integer default 0 not null,
    primary key (firm_id)
);

create table submission_record (
    firm_id text not null,
    "offset" bigint not null,
    line integer not null,
    record_type text,
    record_key text,
    sequence bigint,
    content_hash bytea,
    action text,
    business_date date,
    load_id text,
    appended_at timestamptz not null,
    recorded_at timestamptz not null,
    outcome text not null,
    findings jsonb,
    reason text,
    first_offset bigint,
    first_line integer,
    frame_sequence bigint not null,
    content bytea,
    primary key (firm_id, "offset", line)
);

create unique index submission_record_taken on submission_record (firm_id, record_type, sequence)
    where outcome in ('ACCEPTED', 'ACCEPTED_WARN', 'SUPERSEDED', 'PENDING_REFERENCE');

create index submission_record_rejected on submission_record (firm_id, record_type, sequence)
    where outcome = 'REJECTED';

create index submission_record_pending on submission_record (firm_id, "offset", line)
    where outcome = 'PENDING_REFERENCE';

create table intake_slice (
    firm_id text not null,
    start bigint not null,
    "end" bigint not null,
    records integer not null,
    frame_sequence bigint not null,
    merkle_root bytea not null,
    recorded_at timestamptz not null,
    primary key (firm_id, start)
);

create table receipt_frame (
    firm_id text not null,
    sequence bigint not null,
    part integer not null,
    kind text not null,
    body bytea not null,
    said_at timestamptz not null,
    primary key (firm_id, sequence, part)
);

create table intake_day (
    firm_id text not null,
    day date not null,
    messages bigint not null,
    unreadable bigint not null,
    records bigint not null,
    first_offset bigint not null,
    end_offset bigint not null,
    primary key (firm_id, day)
);

create table sequence_gap (
    firm_id text not null,
    record_type text not null,
    first bigint not null,
    last bigint not null,
    opened_at timestamptz not null,
    primary key (firm_id, record_type, first)
);

create table stream_day (
    firm_id text not null,
    record_type text not null,
    business_date date not null,
    count bigint not null,
    amount_sum_fen bigint not null,
    quantity_sum_e4 bigint not null,
    primary key (firm_id, record_type, business_date)
);

create table contract (
    firm_id text not null,
    contract_id text not null,
    recorded_on date not null,
    sequence bigint not null,
    accession text not null,
    ended_on date,
    merged_into text,
    is_cancelled boolean default false not null,
    agreement_no text,
    borrower_id text,
    lender_id text,
    merge_group_id text,
    initial_trade_id text,
    initial_market text,
    initial_security text,
    initial_date date,
    initial_amount_fen bigint,
    initial_pledge_rate_e6 bigint,
    initial_maturity date,
    maturity date,
    cumulative_term integer,
    rate_e6 bigint,
    day_count text,
    interest_paid_to date,
    principal_repaid_fen bigint,
    other_due_fen bigint,
    payable_fen bigint,
    warning_line_e6 bigint,
    liquidation_line_e6 bigint,
    release_line_e6 bigint,
    cure_days integer,
    cure_target_e6 bigint,
    coverage_reported_e6 bigint,
    level_reported text,
    cure_due date,
    status text,
    close_reason text,
    close_date date,
    close_amount_fen bigint,
    extension_count integer,
    last_extension date,
    default_flag boolean,
    default_date date,
    default_kind text,
    disposal_start date,
    disposal_proceeds_fen bigint,
    residual_claim_fen bigint,
    recovered_later_fen bigint,
    fund_use text,
    fund_use_text text,
    fund_account text,
    relief_flag boolean,
    relief_basis text,
    other_collateral_value_fen bigint,
    primary key (firm_id, contract_id)
);

create table contract_terms (
    firm_id text not null,
    contract_id text not null,
    from_date date not null,
    principal_fen bigint,
    rate_e6 bigint,
    accession text not null,
    primary key (firm_id, contract_id, from_date)
);

create table collateral_line (
    firm_id text not null,
    contract_id text not null,
    line_no integer not null,
    recorded_on date not null,
    sequence bigint not null,
    accession text not null,
    ended_on date,
    merged_into text,
    is_cancelled boolean default false not null,
    line_kind text,
    trade_id text,
    market text,
    security text,
    asset_class text,
    share_class text,
    share_origin text,
    listing_year integer,
    initial_quantity_e4 bigint,
    bonus_quantity_e4 bigint,
    released_quantity_e4 bigint,
    current_quantity_e4 bigint,
    pledged_cash_fen bigint,
    price_used_e4 bigint,
    price_date date,
    accrued_interest_e4 bigint,
    market_value_fen bigint,
    registration_no text,
    status text,
    lockup_end date,
    primary key (firm_id, contract_id, line_no)
);

create table book_change (
    id bigint generated always as identity,
    firm_id text not null,
    contract_id text not null,
    accession text not null,
    slice_end bigint not null,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (id)
);

create index book_change_of_firm on book_change (firm_id, id)
"""

# Frames are hundreds of kilobytes and written once: compressing them twice cost more than all the rules together.
STORE_AS_THEY_ARE = """
do $$
declare
    one regclass;
begin
    for one in
        select 'receipt_frame'::regclass union all select 'outbox'::regclass
        union all select inhrelid::regclass from pg_inherits where inhparent = 'outbox'::regclass
    loop
        execute format('alter table %s alter column body set storage external', one);
    end loop;
end $$
"""


def upgrade() -> None:
    create_spine(op)  # type: ignore[arg-type]  # the module stands for its operations
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    op.execute(STORE_AS_THEY_ARE)
    for table in OF_A_FIRM:
        enable_row_security(op, table, "firm_id", "firm_id")  # type: ignore[arg-type]  # the same


def downgrade() -> None:
    for table in reversed(OF_A_FIRM):
        op.execute(f"drop table {table}")
    drop_spine(op)  # type: ignore[arg-type]  # the same
