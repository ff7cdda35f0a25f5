"""A participant is also told what is about neither a listing nor a conversation: its access, its registrations."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("alter table notification drop constraint notification_about")
    op.execute(
        """
        alter table notification add constraint notification_about
            check (listing_id is not null or conversation_id is not null or participant_id is not null) not valid
        """
    )
    op.execute("alter table notification validate constraint notification_about")


def downgrade() -> None:
    op.execute("alter table notification drop constraint notification_about")
    op.execute(
        """
        alter table notification add constraint notification_about
            check (listing_id is not null or conversation_id is not null) not valid
        """
    )
