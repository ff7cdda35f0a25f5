"""What the operator's ladder does to listings: restrictions, demands, and a shelf that hides."""

from typing import cast

from alembic import op
from alembic.operations import Operations

from chassis.spine import enable_row_security

# alembic's `op` is a module that stands for the operations of the running migration.
operations = cast("Operations", op)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table listing add restrictions jsonb not null default '[]'")
    op.execute("alter table board_listing add hidden boolean not null default false")
    op.execute(
        "create table listing_demand (notice_id uuid primary key, listing_id uuid not null, "
        "participant_id text not null, ground jsonb not null, deadline_at timestamptz, state text not null, "
        "constraint listing_demand_state check (state in ('open', 'overdue')))"
    )
    op.execute("create index listing_demand_on on listing_demand (listing_id)")
    enable_row_security(operations, "listing_demand", "participant_id", "participant_id")


def downgrade() -> None:
    op.execute("drop table listing_demand")
    op.execute("alter table board_listing drop column hidden")
    op.execute("alter table listing drop column restrictions")
