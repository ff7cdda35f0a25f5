"""By what else details are found (P14.3): industries and region, from what is published and who publishes it."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table board_listing add industries text[] not null default '{}', add region text")


def downgrade() -> None:
    op.execute("alter table board_listing drop column industries, drop column region")
