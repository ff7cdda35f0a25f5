"""The inbox, as one transaction sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.domain.notification import Notification
from messaging.persistence import tables


class NotificationTable:
    """Notifications of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, notification: Notification) -> None:
        """Puts one in."""
        row = {
            "id": notification.id,
            "listing_id": notification.listing_id,
            "conversation_id": notification.conversation_id,
            "participant_id": notification.participant_id,
            "kind": notification.kind,
            "created_at": notification.created_at,
        }
        await self._connection.execute(insert(tables.notification).values(row))

    async def get(self, notification_id: UUID) -> Notification | None:
        """One, if it is in the scope of this transaction."""
        query = select(tables.notification).where(tables.notification.c.id == notification_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _notification(row) if row else None

    async def without_owner(self, listing_id: UUID) -> Sequence[Notification]:
        """Those that came before their listing's owner was known, oldest first."""
        table = tables.notification
        query = (
            select(table)
            .where(table.c.listing_id == listing_id, table.c.participant_id.is_(None))
            .order_by(table.c.created_at, table.c.id)
        )
        return [_notification(row) for row in await self._connection.execute(query)]

    async def address(self, listing_id: UUID, participant_id: str) -> None:
        """Gives them their owner."""
        table = tables.notification
        await self._connection.execute(
            update(table)
            .where(table.c.listing_id == listing_id, table.c.participant_id.is_(None))
            .values(participant_id=participant_id)
        )

    async def mark_read(self, notification: Notification, user_id: str, at: datetime) -> bool:
        """Whether this user had not read it before."""
        row = {
            "notification_id": notification.id,
            "user_id": user_id,
            "participant_id": notification.participant_id,
            "read_at": at,
        }
        table = tables.notification_read
        marked = await self._connection.execute(
            upsert(table).values(row).on_conflict_do_nothing().returning(table.c.user_id)
        )
        return marked.one_or_none() is not None


def _notification(row: Row[Any]) -> Notification:
    return Notification(
        id=row.id,
        listing_id=row.listing_id,
        conversation_id=row.conversation_id,
        participant_id=row.participant_id,
        kind=row.kind,
        created_at=row.created_at,
    )
