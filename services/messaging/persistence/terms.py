"""Term sheets and their rounds, as one transaction sees them."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.kernel import new_id
from messaging.domain.terms import Acceptance, Round, Terms, TermSheet
from messaging.persistence import tables

_SHEET = tables.term_sheet
_ROUND = tables.term_round


class TermTables:
    """The conversation's row is locked by whoever changes its terms; nothing is locked here."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, conversation_id: UUID) -> TermSheet:
        """The sheet of a conversation; an empty one with an id of its own, if nobody has proposed."""
        found = await load_sheet(self._connection, conversation_id)
        return found or TermSheet(id=new_id(), conversation_id=conversation_id)

    async def save(self, sheet: TermSheet) -> None:
        """Keeps its last round and what was accepted."""
        head = {"id": sheet.id, "conversation_id": sheet.conversation_id, "accepted_round": sheet.accepted_round}
        await self._connection.execute(
            upsert(_SHEET)
            .values(head)
            .on_conflict_do_update(constraint="term_sheet_once", set_={"accepted_round": sheet.accepted_round})
        )
        if (latest := sheet.latest) is None:
            return
        row = {
            "conversation_id": sheet.conversation_id,
            "number": latest.number,
            "message_number": latest.message_number,
            "participant_id": latest.participant_id,
            "proposed_by": latest.proposed_by,
            "proposed_at": latest.proposed_at,
            "terms": to_json(latest.terms),
            "accepted_by": to_json(latest.accepted_by),
        }
        # A round once proposed never changes but for who has accepted it.
        await self._connection.execute(
            upsert(_ROUND)
            .values(row)
            .on_conflict_do_update(constraint="term_round_pkey", set_={"accepted_by": row["accepted_by"]})
        )


async def load_sheet(connection: AsyncConnection, conversation_id: UUID) -> TermSheet | None:
    """The sheet of a conversation in scope, with all its rounds."""
    head = (await connection.execute(select(_SHEET).where(_SHEET.c.conversation_id == conversation_id))).one_or_none()
    if head is None:
        return None
    query = select(_ROUND).where(_ROUND.c.conversation_id == conversation_id).order_by(_ROUND.c.number)
    return TermSheet(
        id=head.id,
        conversation_id=conversation_id,
        rounds=[_round(row) for row in await connection.execute(query)],
        accepted_round=head.accepted_round,
    )


def to_json(value: object) -> Any:  # whatever JSON holds
    """A value ready for a JSON column: decimals as text."""
    return msgspec.to_builtins(value)


def terms_from_json(value: Any) -> Terms | None:
    """The terms a JSON column holds, if any."""
    return None if value is None else msgspec.convert(value, Terms)


def _round(row: Row[Any]) -> Round:
    return Round(
        number=row.number,
        message_number=row.message_number,
        participant_id=row.participant_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        terms=msgspec.convert(row.terms, Terms),
        accepted_by=msgspec.convert(row.accepted_by, tuple[Acceptance, ...]),
    )
