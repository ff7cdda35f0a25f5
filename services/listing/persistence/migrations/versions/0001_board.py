"""The spine, participants, listings with their versions and holds, the shelf, and the reference projections."""

from alembic import op

from chassis.snapshots import create_snapshot_tables, drop_snapshot_tables
from chassis.spine import create_spine, drop_spine, enable_row_security

revision = "0001"
down_revision = None

PARTICIPANTS = (
    """
    create table participant (
        id text primary key,
        kind text not null,
        access text not null,
        basic jsonb not null,
        accounts jsonb not null,
        registered_at timestamptz not null,
        informed_at timestamptz not null,
        revision integer not null,
        constraint participant_access check (access in ('granted', 'none'))
    )
    """,
    """
    create table participant_user (
        participant_id text not null constraint participant_user_of references participant (id),
        user_id text not null,
        function text not null,
        joined_at timestamptz not null,
        constraint participant_user_pkey primary key (participant_id, user_id)
    )
    """,
    """
    create table business_information (
        participant_id text not null constraint business_information_of references participant (id),
        version integer not null,
        information jsonb not null,
        changed_at timestamptz not null,
        changed_by text not null,
        constraint business_information_pkey primary key (participant_id, version)
    )
    """,
    """
    create table legal_text (
        kind text not null,
        version text not null,
        effective_from date not null,
        interpreter_zh text not null,
        interpreter_en text not null,
        title_zh text not null,
        title_en text not null,
        text_zh text not null,
        text_en text not null,
        status text not null,
        constraint legal_text_pkey primary key (kind, version)
    )
    """,
    """
    create table legal_acceptance (
        participant_id text not null constraint legal_acceptance_of references participant (id),
        user_id text not null,
        kind text not null,
        version text not null,
        accepted_at timestamptz not null,
        constraint legal_acceptance_pkey primary key (participant_id, user_id, kind, version),
        constraint legal_acceptance_of_text foreign key (kind, version) references legal_text (kind, version)
    )
    """,
)
LISTINGS = (
    """
    create table listing (
        id uuid primary key,
        participant_id text not null constraint listing_of references participant (id),
        area text not null,
        publication text not null,
        state text,
        visibility text not null,
        revision integer not null,
        replaces uuid,
        draft jsonb,
        last_version integer not null,
        public_version integer,
        review_version integer,
        returned_version integer,
        valid_until date,
        created_at timestamptz not null,
        published_at timestamptz,
        ended_at timestamptz,
        deleted_at timestamptz,
        constraint listing_publication
            check (publication in ('draft', 'under_review', 'published', 'returned', 'deleted')),
        constraint listing_state check (state in ('open', 'negotiating', 'pledged', 'expired')),
        constraint listing_published_has_state check (publication <> 'published' or state is not null),
        constraint listing_visibility check (visibility in ('normal', 'restricted'))
    )
    """,
    "create index listing_own on listing (participant_id, id)",
    """
    create table listing_version (
        listing_id uuid not null constraint listing_version_of references listing (id),
        number integer not null,
        participant_id text not null,
        form jsonb not null,
        instruments jsonb not null,
        declaration jsonb not null,
        status text not null,
        progress text,
        waits_for date,
        reasons jsonb not null,
        snapshot_date date,
        snapshot_revision integer,
        submitted_at timestamptz not null,
        settled_at timestamptz,
        constraint listing_version_pkey primary key (listing_id, number),
        constraint listing_version_status
            check (status in ('under_review', 'published', 'superseded', 'returned', 'withdrawn'))
    )
    """,
    "create unique index listing_version_public on listing_version (listing_id) where status = 'published'",
    "create unique index listing_version_in_review on listing_version (listing_id) where status = 'under_review'",
    """
    create table listing_check (
        listing_id uuid primary key constraint listing_check_of references listing (id),
        participant_id text not null,
        version integer not null,
        snapshot_date date not null,
        snapshot_revision integer not null,
        passed boolean not null,
        reasons jsonb not null,
        checked_at timestamptz not null
    )
    """,
    """
    create table unit_lock (
        account_ref text not null,
        market text not null,
        security text not null,
        share_class text not null,
        held_by_listings numeric(24, 4) not null,
        constraint unit_lock_pkey primary key (account_ref, market, security, share_class),
        constraint unit_lock_never_negative check (held_by_listings >= 0)
    )
    """,
    """
    create table unit_hold (
        listing_id uuid not null constraint unit_hold_of references listing (id),
        account_ref text not null,
        market text not null,
        security text not null,
        share_class text not null,
        participant_id text not null,
        quantity numeric(24, 4) not null,
        constraint unit_hold_pkey primary key (listing_id, account_ref, market, security, share_class),
        constraint unit_hold_under_lock foreign key (account_ref, market, security, share_class)
            references unit_lock (account_ref, market, security, share_class),
        constraint unit_hold_something check (quantity > 0)
    )
    """,
    """
    create table board_listing (
        listing_id uuid primary key,
        area text not null,
        state text not null,
        markets text[] not null,
        boards text[] not null,
        asset_classes text[] not null,
        security_codes text[] not null,
        securities jsonb not null,
        amount_above numeric(20, 2) not null,
        amount_up_to numeric(20, 2),
        rate_above numeric(12, 6) not null,
        rate_up_to numeric(12, 6),
        months_from integer not null,
        months_to integer not null,
        published_at timestamptz not null,
        valid_until date not null,
        ended_at timestamptz,
        update_under_review boolean not null,
        amount_from_fen bigint not null,
        amount_to_fen bigint not null,
        annual_rate_from numeric(12, 6) not null,
        annual_rate_to numeric(12, 6) not null,
        pledge_rate numeric(12, 6) not null,
        share_classes text[] not null
    )
    """,
    "create index board_listing_newest on board_listing (published_at desc, listing_id desc)",
    "create index board_listing_codes on board_listing using gin (security_codes)",
)
DATED_RULES = (
    """
    create table eligible_class (
        id text primary key,
        asset_class text not null,
        step numeric(24, 4) not null,
        has_share_class boolean not null,
        market text,
        security text,
        valid_from date not null,
        valid_to date,
        status text not null,
        constraint eligible_class_step check (step > 0)
    )
    """,
    """
    create table product_template (
        id text not null,
        version integer not null,
        amount_from_fen bigint not null,
        amount_to_fen bigint not null,
        terms integer[] not null,
        valid_from date not null,
        valid_to date,
        status text not null,
        constraint product_template_pkey primary key (id, version)
    )
    """,
)
REFERENCE = (
    """
    create table holding (
        snapshot_id uuid not null,
        account_ref text not null,
        market text not null,
        security text not null,
        share_class text not null,
        held numeric(24, 4) not null,
        frozen_quantity numeric(24, 4) not null,
        pledged numeric(24, 4) not null,
        settlement_collateral numeric(24, 4) not null,
        other_restricted numeric(24, 4) not null,
        release_date date,
        constraint holding_pkey primary key (snapshot_id, account_ref, market, security, share_class)
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
        constraint security_pkey primary key (snapshot_id, market, security)
    )
    """,
    """
    create table price (
        snapshot_id uuid not null,
        market text not null,
        security text not null,
        close numeric(20, 6) not null,
        accrued_interest numeric(20, 6),
        constraint price_pkey primary key (snapshot_id, market, security)
    )
    """,
)
OWN_ROWS = (
    ("participant", "id"),
    ("participant_user", "participant_id"),
    ("business_information", "participant_id"),
    ("legal_acceptance", "participant_id"),
    ("listing", "participant_id"),
    ("listing_version", "participant_id"),
    ("listing_check", "participant_id"),
    ("unit_hold", "participant_id"),
)


def upgrade() -> None:
    create_spine(op)  # type: ignore[arg-type]  # alembic's module stands in for its class
    for statement in (*PARTICIPANTS, *LISTINGS, *DATED_RULES, *REFERENCE):
        op.execute(statement)
    create_snapshot_tables(op)  # type: ignore[arg-type]  # the same
    for table, column in OWN_ROWS:
        enable_row_security(op, table, column, "participant_id")  # type: ignore[arg-type]  # the same


def downgrade() -> None:
    drop_snapshot_tables(op)  # type: ignore[arg-type]  # the same
    op.execute("drop table holding, security, price, eligible_class, product_template, board_listing, unit_hold")
    op.execute("drop table unit_lock, listing_check, listing_version, listing, legal_acceptance, legal_text")
    op.execute("drop table business_information, participant_user, participant")
    drop_spine(op)  # type: ignore[arg-type]  # the same
