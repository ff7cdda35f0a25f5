"""How the board says that logins stand, to be asked at each request."""

from alembic import op

from chassis.standings import create_standing_table, drop_standing_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_standing_table(op)  # type: ignore[arg-type]  # alembic's module stands in for its class


def downgrade() -> None:
    drop_standing_table(op)  # type: ignore[arg-type]  # the same
