"""Proposed versions of legal texts, and how they become versions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from listing.domain.legal_text import LegalText
from listing.domain.text_proposal import TextProposal, TextProposalNotFound, TextVersionTaken
from listing.persistence import tables
from listing.persistence.codec import from_json, to_json


class TextProposalTable:
    """Proposals of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, proposal: TextProposal) -> None:
        """Keeps a new one.

        Raises:
            TextVersionTaken: the version is in effect, or another proposal of it stands.
        """
        text, versions = proposal.text, tables.legal_text
        taken = select(versions.c.version).where(versions.c.kind == text.kind, versions.c.version == text.version)
        if (await self._connection.execute(taken)).first() is not None:
            raise TextVersionTaken(version=text.version)
        row = {
            "proposal_id": proposal.proposal_id,
            "kind": text.kind,
            "version": text.version,
            "text": to_json(text),
            "proposed_by": proposal.proposed_by,
            "proposed_at": proposal.proposed_at,
            "state": proposal.state,
        }
        statement = upsert(tables.legal_text_proposal).values(row).on_conflict_do_nothing()
        if (await self._connection.execute(statement)).rowcount != 1:
            raise TextVersionTaken(version=text.version)

    async def take(self, proposal_id: UUID) -> TextProposal:
        """One of them, with every other decision about it waiting.

        Raises:
            TextProposalNotFound: there is none.
        """
        table = tables.legal_text_proposal
        query = select(table).where(table.c.proposal_id == proposal_id).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise TextProposalNotFound
        return _proposal(row)

    async def decide(self, proposal: TextProposal) -> None:
        """Keeps the decision; an approved text becomes a version."""
        table = tables.legal_text_proposal
        decided = update(table).where(table.c.proposal_id == proposal.proposal_id)
        values = {"state": proposal.state, "decided_by": proposal.decided_by, "decided_at": proposal.decided_at}
        await self._connection.execute(decided.values(values))
        if proposal.state == "approved":
            await self._connection.execute(insert(tables.legal_text).values(vars(proposal.text)))


async def load_text_proposals(connection: AsyncConnection, *, limit: int) -> Sequence[TextProposal]:
    """The newest first."""
    table = tables.legal_text_proposal
    rows = await connection.execute(
        select(table).order_by(table.c.proposed_at.desc(), table.c.proposal_id).limit(limit)
    )
    return [_proposal(row) for row in rows]


def _proposal(row: Row[Any]) -> TextProposal:
    return TextProposal(
        proposal_id=row.proposal_id,
        text=from_json(row.text, LegalText),
        proposed_by=row.proposed_by,
        proposed_at=local(row.proposed_at),
        state=row.state,
        decided_by=row.decided_by,
        decided_at=local(row.decided_at) if row.decided_at else None,
    )
