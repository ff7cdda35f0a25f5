"""The bytes of usual records are kept once for their slice."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("alter table intake_slice add column content bytea")
    # Packed already: packing it again would cost more than writing it.
    op.execute("alter table intake_slice alter column content set storage external")


def downgrade() -> None:
    op.execute("alter table intake_slice drop column content")
