"""Reference projections, valuations, firms' sums, borrowers' levels and alerts."""

from alembic import op

from chassis.snapshots import create_snapshot_tables, drop_snapshot_tables
from chassis.spine import enable_row_security

revision = "0002"
down_revision = "0001"

REFERENCE = (
    """
    create table calendar_day (
        snapshot_id uuid not null,
        day date not null,
        is_trading_day boolean not null,
        primary key (snapshot_id, day)
    )
    """,
    """
    create table security (
        snapshot_id uuid not null,
        market text not null,
        security text not null,
        name text not null,
        asset_class text not null,
        board text not null,
        suspended boolean not null,
        primary key (snapshot_id, market, security)
    )
    """,
    """
    create table price (
        snapshot_id uuid not null,
        market text not null,
        security text not null,
        close numeric not null,
        traded boolean not null,
        accrued_interest numeric,
        primary key (snapshot_id, market, security)
    )
    """,
    """
    create table corporate_action (
        snapshot_id uuid not null,
        market text not null,
        security text not null,
        ex_date date not null,
        bonus numeric not null,
        cash numeric not null,
        rights numeric not null,
        rights_price numeric not null,
        published_reference_price numeric,
        primary key (snapshot_id, market, security, ex_date)
    )
    """,
)
VALUED = """
        borrower_id text not null,
        merge_group_id text,
        initial_fen bigint not null,
        interest_fen bigint,
        debt_fen bigint,
        collateral_fen bigint,
        cash_fen bigint not null,
        other_fen bigint not null,
        group_cover_fen bigint,
        group_debt_fen bigint,
        warning_e6 bigint not null,
        liquidation_e6 bigint not null,
        lines_reported boolean not null,
        level_code smallint,
        unknown text,
        missing text[] not null,
        stale_days integer not null,
        accessions text[] not null,
"""
SNAPSHOTS = """
        price_snapshot_id uuid,
        price_revision integer,
        corporate_action_snapshot_id uuid,
        corporate_action_revision integer,
        calendar_snapshot_id uuid,
        calendar_revision integer,
        security_snapshot_id uuid,
        security_revision integer,
"""
SUMS = """
        contract_count bigint not null default 0,
        initial_fen bigint not null default 0,
        valued_initial_fen bigint not null default 0,
        valued_debt_fen bigint not null default 0,
        valued_collateral_fen bigint not null default 0,
        valued_cash_fen bigint not null default 0,
        valued_other_fen bigint not null default 0,
        judged_initial_fen bigint not null default 0,
        warning_initial_fen bigint not null default 0,
        liquidation_initial_fen bigint not null default 0,
        unvalued_count bigint not null default 0,
        unjudged_count bigint not null default 0,
        warning_count bigint not null default 0,
        liquidation_count bigint not null default 0,
"""
# Half of each page stays free: every row is rewritten once a day, and the indexes are spared.
DERIVED = (
    f"""
    create table contract_valuation (
        firm_id text not null,
        contract_id text not null,
        {VALUED}
        primary key (firm_id, contract_id)
    ) with (fillfactor = 50)
    """,
    "create index contract_valuation_borrower on contract_valuation (firm_id, borrower_id)",
    """
    create index contract_valuation_group on contract_valuation (firm_id, merge_group_id)
        where merge_group_id is not null
    """,
    f"""
    create table contract_valuation_day (
        business_date date not null,
        firm_id text not null,
        contract_id text not null,
        {VALUED}
        primary key (business_date, firm_id, contract_id)
    )
    """,
    f"""
    create table firm_aggregate (
        firm_id text not null,
        business_date date,
        closed_date date,
        changed_since_close boolean not null default true,
        incremental boolean not null default false,
        {SNAPSHOTS}
        valued_at timestamptz,
        {SUMS}
        primary key (firm_id)
    )
    """,
    f"""
    create table firm_aggregate_day (
        business_date date not null,
        firm_id text not null,
        {SNAPSHOTS}
        closed_at timestamptz not null,
        differences integer not null,
        {SUMS}
        primary key (business_date, firm_id)
    )
    """,
    """
    create table borrower_level (
        firm_id text not null,
        borrower_id text not null,
        level_code smallint,
        partial boolean not null,
        business_date date not null,
        primary key (firm_id, borrower_id)
    )
    """,
    """
    create table alert (
        id uuid not null,
        indicator_id text not null,
        entity_kind text not null,
        entity_id text not null,
        firm_id text not null,
        level text not null,
        provisional boolean not null,
        partial boolean not null,
        raised_on date not null,
        raised_at timestamptz not null,
        since date not null,
        changed_at timestamptz not null,
        cleared_on date,
        cleared_at timestamptz,
        version integer not null,
        primary key (id)
    )
    """,
    "create unique index alert_open_once on alert (indicator_id, entity_id) where cleared_at is null",
    "create index alert_of_firm on alert (firm_id, indicator_id) where cleared_at is null",
    "create index alert_changed on alert (changed_at, id)",
    """
    create table alert_change (
        alert_id uuid not null,
        version integer not null,
        firm_id text not null,
        change text not null,
        level text not null,
        provisional boolean not null,
        business_date date not null,
        at timestamptz not null,
        primary key (alert_id, version)
    )
    """,
)
OF_A_FIRM = (
    "contract_valuation",
    "contract_valuation_day",
    "firm_aggregate",
    "firm_aggregate_day",
    "borrower_level",
    "alert",
    "alert_change",
)


def upgrade() -> None:
    create_snapshot_tables(op)  # type: ignore[arg-type]  # the module stands for its operations
    for statement in (*REFERENCE, *DERIVED):
        op.execute(statement)
    for table in OF_A_FIRM:
        enable_row_security(op, table, "firm_id", "firm_id")  # type: ignore[arg-type]  # the same


def downgrade() -> None:
    for table in reversed(OF_A_FIRM):
        op.execute(f"drop table {table}")
    for table in ("corporate_action", "price", "security", "calendar_day"):
        op.execute(f"drop table {table}")
    drop_snapshot_tables(op)  # type: ignore[arg-type]  # the same
