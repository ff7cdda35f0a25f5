"""Dated legal texts (P19.1, P4.6)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listing.domain.legal_text import LegalText, TextKind
from listing.persistence import tables


async def load_text(connection: AsyncConnection, kind: TextKind, on: date) -> LegalText:
    """The version in effect on a day; before the first one took effect, the first."""
    table = tables.legal_text
    begun = (table.c.effective_from <= on).desc()
    newest_begun = table.c.effective_from.desc()
    query = select(table).where(table.c.kind == kind).order_by(begun, newest_begun, table.c.version.desc()).limit(1)
    row = (await connection.execute(query)).one()
    return LegalText(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name


class TextTable:
    """Texts of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_effect(self, kind: TextKind, on: date) -> LegalText:
        """The version in effect on a day."""
        return await load_text(self._connection, kind, on)
