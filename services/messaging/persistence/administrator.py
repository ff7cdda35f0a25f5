"""What participants write to the administrator, as one transaction sees it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.domain.administrator import AdministratorConversation, AdministratorMessage
from messaging.persistence import tables

_TALK = tables.administrator_conversation
_MESSAGE = tables.administrator_message


class AdministratorTables:
    """One conversation for each participant."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, participant_id: str, *, first_id: UUID, at: datetime) -> AdministratorConversation:
        """A participant's, locked; made under `first_id` if it has never written, by whichever login is first."""
        head = {"id": first_id, "participant_id": participant_id, "active_at": at, "last_number": 0}
        await self._connection.execute(
            upsert(_TALK).values(head).on_conflict_do_nothing(constraint="administrator_conversation_once")
        )
        query = select(_TALK).where(_TALK.c.participant_id == participant_id).with_for_update()
        return _talk((await self._connection.execute(query)).one())

    async def get(self, conversation_id: UUID) -> AdministratorConversation | None:
        """One in scope, locked."""
        query = select(_TALK).where(_TALK.c.id == conversation_id).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return _talk(row) if row else None

    async def send(self, conversation: AdministratorConversation, message: AdministratorMessage) -> None:
        """Keeps a message at its place."""
        standing = {
            "waiting_since": conversation.waiting_since,
            "active_at": conversation.active_at,
            "last_number": conversation.last_number,
        }
        await self._connection.execute(update(_TALK).where(_TALK.c.id == conversation.id).values(standing))
        row = {
            "conversation_id": conversation.id,
            "number": message.number,
            "id": message.id,
            "side": message.side,
            "sent_by": message.sent_by,
            "text": message.text,
            "sent_at": message.sent_at,
        }
        await self._connection.execute(insert(_MESSAGE).values(row))


def administrator_message_of(row: Row[Any]) -> AdministratorMessage:
    """A message as the domain knows it."""
    return AdministratorMessage(
        id=row.id, number=row.number, side=row.side, sent_by=row.sent_by, text=row.text, sent_at=row.sent_at
    )


def _talk(row: Row[Any]) -> AdministratorConversation:
    return AdministratorConversation(
        id=row.id,
        participant_id=row.participant_id,
        active_at=row.active_at,
        waiting_since=row.waiting_since,
        last_number=row.last_number,
    )
