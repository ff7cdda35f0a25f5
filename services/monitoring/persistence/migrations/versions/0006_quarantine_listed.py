"""The quarantine is listed over all firms, the latest first."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        'create index submission_record_quarantined on submission_record (recorded_at, firm_id, "offset", line) '
        "where outcome = 'QUARANTINED'"
    )


def downgrade() -> None:
    op.execute("drop index submission_record_quarantined")
