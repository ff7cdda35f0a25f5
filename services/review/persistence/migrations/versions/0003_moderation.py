"""Moderation cases: what was reported, who looks at it, and what was decided."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLE = """
create table moderation_case (
    case_id uuid primary key,
    report_id uuid not null constraint moderation_case_once unique,
    reported text not null check (reported in ('message', 'listing')),
    category text not null,
    sides text[] not null,
    opened_at timestamptz not null,
    claimed_by text,
    claimed_until timestamptz,
    outcome text check (outcome in ('none', 'warning', 'notice')),
    note text not null,
    decided_by text,
    closed_at timestamptz,
    row_version integer not null
)
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute("create index moderation_case_open on moderation_case (opened_at, case_id) where closed_at is null")


def downgrade() -> None:
    op.execute("drop table moderation_case")
