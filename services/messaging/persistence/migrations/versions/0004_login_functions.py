"""What each login may do for its participant: viewers have no part in talk."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("alter table participant_user add column function text not null default 'person'")
    op.execute("alter table participant_user alter column function drop default")


def downgrade() -> None:
    op.execute("alter table participant_user drop column function")
