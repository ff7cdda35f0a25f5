"""Proposed versions of legal texts, decided by a second person (P4.5)."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
        create table legal_text_proposal (
            proposal_id uuid primary key,
            kind text not null,
            version text not null,
            text jsonb not null,
            proposed_by text not null,
            proposed_at timestamptz not null,
            state text not null
                constraint legal_text_proposal_state check (state in ('proposed', 'approved', 'rejected')),
            decided_by text,
            decided_at timestamptz,
            constraint legal_text_proposal_four_eyes check (decided_by <> proposed_by)
        )
    """)
    op.execute(
        "create unique index legal_text_proposal_once on legal_text_proposal (kind, version) where state <> 'rejected'"
    )


def downgrade() -> None:
    op.execute("drop table legal_text_proposal")
