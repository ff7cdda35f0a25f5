"""Tables of what two people decide about firms: who comes on board, and who is given credentials."""

from dataclasses import dataclass

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Text, Uuid, text


@dataclass(frozen=True)
class OnboardingTables:
    """Proposals, from the first word to what followed."""

    proposal: Table
    credential: Table


def onboarding_tables(metadata: MetaData) -> OnboardingTables:
    """Declares them on the service's metadata."""
    return OnboardingTables(proposal=_proposal(metadata), credential=_credential(metadata))


def _proposal(metadata: MetaData) -> Table:
    """One row for each firm that was proposed, as often as it was."""
    table = Table("firm_proposal", metadata, *_four_eyes(), Column("name", Text, nullable=False))
    Index("firm_proposal_open_once", table.c.firm_id, unique=True, postgresql_where=text("state = 'open'"))
    return table


def _credential(metadata: MetaData) -> Table:
    """One row for each credential. `seed` is there from the approval to the issue, and never a password."""
    table = Table(
        "firm_credential",
        metadata,
        *_four_eyes(),
        Column("environment", Text, nullable=False),
        Column("seed", LargeBinary),
        Column("issued_at", DateTime(timezone=True)),
        Column("lapsed_at", DateTime(timezone=True)),
    )
    Index(
        "firm_credential_open_once",
        table.c.firm_id,
        table.c.environment,
        unique=True,
        postgresql_where=text("state = 'open'"),
    )
    return table


def _four_eyes() -> list[Column[object]]:
    return [
        Column("id", Uuid, primary_key=True),
        Column("firm_id", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False),
        Column("decided_by", Text),
        Column("decided_at", DateTime(timezone=True)),
        Column("reason", Text),
    ]
