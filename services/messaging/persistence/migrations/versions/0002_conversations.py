"""Conversations with their messages and terms, messages to the administrator, reports with their evidence, quotas."""

from alembic import op

from chassis.spine import enable_row_security

revision = "0002"
down_revision = "0001"

DIRECTORY = (
    "alter table listing_owner rename to board_listing",
    "alter policy listing_owner_participant_id on board_listing rename to board_listing_participant_id",
    "alter index listing_owner_pkey rename to board_listing_pkey",
    """
    alter table board_listing
        add column area text not null default 'pledgor' constraint board_listing_area
            check (area in ('pledgor', 'pledgee')),
        add column state text constraint board_listing_state
            check (state in ('open', 'negotiating', 'pledged', 'expired')),
        add column valid_until date,
        add column restricted boolean not null default false,
        add column deleted boolean not null default false
    """,
    "alter table board_listing alter column area drop default",
    "create index board_listing_of on board_listing (participant_id)",
    """
    alter table notification
        alter column listing_id drop not null,
        add column conversation_id uuid,
        add constraint notification_about check (listing_id is not null or conversation_id is not null)
    """,
)
CONVERSATIONS = (
    """
    create table conversation (
        id uuid primary key,
        listing_id uuid not null,
        area text not null,
        owner_id text not null,
        opener_id text not null,
        opener_listing_id uuid not null,
        opened_by text not null,
        opened_at timestamptz not null,
        active_at timestamptz not null,
        last_number integer not null,
        listing_deleted boolean not null default false,
        terminated boolean not null default false,
        constraint conversation_sides check (owner_id <> opener_id),
        constraint conversation_once unique (listing_id, opener_id)
    )
    """,
    "create index conversation_of_owner on conversation (owner_id, active_at, id)",
    "create index conversation_of_opener on conversation (opener_id, active_at, id)",
    """
    create table message (
        conversation_id uuid not null constraint message_of references conversation (id),
        number integer not null,
        id uuid not null,
        kind text not null constraint message_kind check (kind in ('text', 'terms')),
        participant_id text not null,
        sent_by text not null,
        text text not null,
        sent_at timestamptz not null,
        constraint message_pkey primary key (conversation_id, number)
    )
    """,
    """
    create table conversation_read (
        conversation_id uuid not null constraint conversation_read_of references conversation (id),
        user_id text not null,
        participant_id text not null,
        read_to integer not null,
        constraint conversation_read_pkey primary key (conversation_id, user_id)
    )
    """,
    """
    create table participant_block (
        blocker_id text not null,
        blocked_id text not null,
        blocked_by text not null,
        blocked_at timestamptz not null,
        constraint participant_block_pkey primary key (blocker_id, blocked_id)
    )
    """,
    """
    create table term_sheet (
        id uuid primary key,
        conversation_id uuid not null constraint term_sheet_of references conversation (id),
        accepted_round integer,
        constraint term_sheet_once unique (conversation_id)
    )
    """,
    """
    create table term_round (
        conversation_id uuid not null constraint term_round_of references conversation (id),
        number integer not null,
        message_number integer not null,
        participant_id text not null,
        proposed_by text not null,
        proposed_at timestamptz not null,
        terms jsonb not null,
        accepted_by jsonb not null,
        constraint term_round_pkey primary key (conversation_id, number)
    )
    """,
)
ADMINISTRATOR = (
    """
    create table administrator_conversation (
        id uuid primary key,
        participant_id text not null,
        waiting_since timestamptz,
        active_at timestamptz not null,
        last_number integer not null,
        constraint administrator_conversation_once unique (participant_id)
    )
    """,
    "create index administrator_conversation_waiting on administrator_conversation (waiting_since, id)",
    """
    create table administrator_message (
        conversation_id uuid not null constraint administrator_message_of references administrator_conversation (id),
        number integer not null,
        id uuid not null,
        side text not null constraint administrator_message_side check (side in ('user', 'moderator')),
        sent_by text not null,
        text text not null,
        sent_at timestamptz not null,
        constraint administrator_message_pkey primary key (conversation_id, number)
    )
    """,
)
REPORTS = (
    """
    create table message_report (
        id uuid primary key,
        conversation_id uuid not null,
        reporter_id text not null,
        reported_id text not null,
        reported_by text not null,
        category text not null,
        note text not null,
        reported_at timestamptz not null,
        case_id uuid,
        moderator_id text,
        claimed_until timestamptz,
        outcome text constraint message_report_outcome check (outcome in ('none', 'warning', 'notice')),
        closed_at timestamptz
    )
    """,
    "create index message_report_of on message_report (reporter_id, id)",
    """
    create table report_evidence (
        report_id uuid not null constraint report_evidence_of references message_report (id),
        number integer not null,
        message_id uuid not null,
        kind text not null,
        participant_id text not null,
        sent_by text not null,
        text text not null,
        terms jsonb,
        sent_at timestamptz not null,
        constraint report_evidence_pkey primary key (report_id, number)
    )
    """,
)
QUOTAS = (
    """
    create table quota (
        counted text not null,
        subject text not null,
        participant_id text not null,
        begins timestamptz not null,
        used integer not null,
        constraint quota_pkey primary key (counted, subject)
    )
    """,
)
OWN_ROWS = {
    "conversation_read": "participant_id",
    "administrator_conversation": "participant_id",
    "message_report": "reporter_id",
    "quota": "participant_id",
}
# A row of these is seen by the two sides, and by nobody else.
SIDES = {"conversation": ("owner_id", "opener_id"), "participant_block": ("blocker_id", "blocked_id")}
# A row of these is seen by whoever sees the row it belongs to.
PARTS = {
    "message": "exists (select from conversation c where c.id = conversation_id)",
    "term_sheet": "exists (select from conversation c where c.id = conversation_id)",
    "term_round": "exists (select from conversation c where c.id = conversation_id)",
    "administrator_message": "exists (select from administrator_conversation c where c.id = conversation_id)",
    "report_evidence": "exists (select from message_report r where r.id = report_id)",
}


def upgrade() -> None:
    for statement in (*DIRECTORY, *CONVERSATIONS, *ADMINISTRATOR, *REPORTS, *QUOTAS):
        op.execute(statement)
    for table, column in OWN_ROWS.items():
        enable_row_security(op, table, column, "participant_id")  # type: ignore[arg-type]  # alembic's module stands in
    for table, (one, other) in SIDES.items():
        mine = "current_setting('pledgeboard.participant_id', true)"
        _force(table, f"{mine} in ({one}, {other}) or current_setting('pledgeboard.scope', true) = 'all'")
    for table, condition in PARTS.items():
        _force(table, condition)


def downgrade() -> None:
    op.execute("drop table quota, report_evidence, message_report, administrator_message, administrator_conversation")
    op.execute("drop table term_round, term_sheet, participant_block, conversation_read, message, conversation")
    op.execute(
        "delete from notification_read r using notification n where n.id = notification_id and listing_id is null"
    )
    op.execute("delete from notification where listing_id is null")
    op.execute("alter table notification drop column conversation_id, alter column listing_id set not null")
    op.execute("drop index board_listing_of")
    op.execute(
        "alter table board_listing drop column area, drop column state, drop column valid_until, "
        "drop column restricted, drop column deleted"
    )
    op.execute("alter index board_listing_pkey rename to listing_owner_pkey")
    op.execute("alter policy board_listing_participant_id on board_listing rename to listing_owner_participant_id")
    op.execute("alter table board_listing rename to listing_owner")


def _force(table: str, condition: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy {table}_sides on {table} using ({condition}) with check ({condition})")
