"""One consistent read of an inbox, in the scope of who asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_

from chassis.cause import Cause
from chassis.database import Database
from chassis.reading import ReadingSession
from messaging.application.ports import Inbox, Line, Read
from messaging.persistence import tables


class InboxReading:
    """What queries know as `Reading`."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session

    async def inbox(self, *, user_id: str, after: tuple[datetime, UUID] | None, limit: int, unread_only: bool) -> Inbox:
        """The lines after a place, newest first."""
        noted, read = tables.notification, tables.notification_read
        marked = noted.outerjoin(read, and_(read.c.notification_id == noted.c.id, read.c.user_id == user_id))
        query = select(noted, read.c.read_at).select_from(marked)
        if after is not None:
            query = query.where(tuple_(noted.c.created_at, noted.c.id) < after)
        if unread_only:
            query = query.where(read.c.read_at.is_(None))
        query = query.order_by(noted.c.created_at.desc(), noted.c.id.desc()).limit(limit + 1)
        rows = [*await self._session.connection.execute(query)]
        unread = select(func.count()).select_from(marked).where(read.c.read_at.is_(None))
        return Inbox(
            lines=[
                Line(
                    id=row.id, listing_id=row.listing_id, kind=row.kind, created_at=row.created_at, read_at=row.read_at
                )
                for row in rows[:limit]
            ],
            more=len(rows) > limit,
            unread=(await self._session.connection.execute(unread)).scalar_one(),
            as_of=self._session.as_of,
        )


def reading_door(database: Database) -> Read:
    """Opens readings on a database."""

    @asynccontextmanager
    async def read(cause: Cause) -> AsyncIterator[InboxReading]:
        async with database.reading(cause) as session:
            yield InboxReading(session)

    return read
