"""Proposals that wait for a second person: firms to come on board, and their credentials."""

from alembic import op

from chassis.spine import enable_row_security

revision = "0003"
down_revision = "0002"

OF_A_FIRM = ("firm_proposal", "firm_credential")
FOUR_EYES = """
    id uuid not null,
    firm_id text not null,
    state text not null,
    proposed_by text not null,
    proposed_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    reason text,
"""
TABLES = (
    f"create table firm_proposal ({FOUR_EYES} name text not null, primary key (id))",
    "create unique index firm_proposal_open_once on firm_proposal (firm_id) where state = 'open'",
    f"""
    create table firm_credential (
        {FOUR_EYES}
        environment text not null,
        seed bytea,
        issued_at timestamptz,
        lapsed_at timestamptz,
        primary key (id)
    )
    """,
    """
    create unique index firm_credential_open_once on firm_credential (firm_id, environment) where state = 'open'
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in OF_A_FIRM:
        enable_row_security(op, table, "firm_id", "firm_id")  # type: ignore[arg-type]  # the module stands for its operations


def downgrade() -> None:
    for table in reversed(OF_A_FIRM):
        op.execute(f"drop table {table}")
