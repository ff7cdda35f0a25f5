"""Dated legal texts (P19.1, P4.6), and who accepted which version of them (P4.5)."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from listing.domain.legal_text import LegalText, TermsAccepted, TextKind
from listing.persistence import tables


async def load_text(connection: AsyncConnection, kind: TextKind, on: date) -> LegalText:
    """The version in effect on a day; before the first one took effect, the first."""
    table = tables.legal_text
    begun = (table.c.effective_from <= on).desc()
    newest_begun = table.c.effective_from.desc()
    query = select(table).where(table.c.kind == kind).order_by(begun, newest_begun, table.c.version.desc()).limit(1)
    row = (await connection.execute(query)).one()
    return LegalText(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name


async def load_acceptances(
    connection: AsyncConnection, participant_id: str, user_id: str
) -> Mapping[tuple[TextKind, str], datetime]:
    """What a login has accepted, if its participant is in scope."""
    table = tables.legal_acceptance
    query = select(table).where(table.c.participant_id == participant_id, table.c.user_id == user_id)
    return {(row.kind, row.version): local(row.accepted_at) for row in await connection.execute(query)}


class TextTable:
    """Texts of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_effect(self, kind: TextKind, on: date) -> LegalText:
        """The version in effect on a day."""
        return await load_text(self._connection, kind, on)


class AcceptanceTable:
    """Acceptances of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, accepted: TermsAccepted) -> datetime | None:
        """Keeps it unless it is kept already; then, since when."""
        row = {
            "participant_id": accepted.participant_id,
            "user_id": accepted.user_id,
            "kind": accepted.kind,
            "version": accepted.version,
            "accepted_at": accepted.at,
        }
        statement = insert(tables.legal_acceptance).values(row).on_conflict_do_nothing()
        if (await self._connection.execute(statement)).rowcount == 1:
            return None
        kept = await load_acceptances(self._connection, accepted.participant_id, accepted.user_id)
        return kept[accepted.kind, accepted.version]
