"""One consistent read; its door decides whose rows it sees."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_

from chassis.cause import Cause
from chassis.database import Database, Scope
from chassis.reading import ReadingSession
from messaging.application.ports import Read
from messaging.application.views import (
    AdministratorPage,
    AdministratorTalk,
    ConversationPage,
    ConversationView,
    EvidenceView,
    Inbox,
    Line,
    MessagePage,
    ReportPage,
    TermsView,
)
from messaging.persistence import tables
from messaging.persistence.desk_reading import load_administrator_talk, load_evidence, load_reports, load_waiting
from messaging.persistence.talk_reading import (
    count_unread,
    load_conversation,
    load_conversations,
    load_messages,
    load_terms,
)


class MessagingReading:
    """What queries know as `Reading`."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session
        self._connection = session.connection

    @property
    def now(self) -> datetime:
        """The moment it speaks of."""
        return self._session.now

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
        rows = [*await self._connection.execute(query)]
        unread = select(func.count()).select_from(marked).where(read.c.read_at.is_(None))
        return Inbox(
            lines=[
                Line(
                    id=row.id,
                    listing_id=row.listing_id,
                    conversation_id=row.conversation_id,
                    kind=row.kind,
                    created_at=row.created_at,
                    read_at=row.read_at,
                )
                for row in rows[:limit]
            ],
            more=len(rows) > limit,
            unread=(await self._connection.execute(unread)).scalar_one(),
            as_of=self._session.as_of,
        )

    async def conversations(
        self, *, user_id: str, participant_id: str, after: tuple[datetime, UUID] | None, limit: int
    ) -> ConversationPage:
        """A side's conversations after a place, the last active first."""
        found = await load_conversations(
            self._connection, user_id=user_id, participant_id=participant_id, after=after, limit=limit + 1
        )
        return ConversationPage(
            conversations=found[:limit],
            more=len(found) > limit,
            unread=await count_unread(self._connection, user_id=user_id, participant_id=participant_id),
            as_of=self._session.as_of,
        )

    async def conversation(
        self, conversation_id: UUID, *, user_id: str, participant_id: str
    ) -> ConversationView | None:
        """One as a side sees it."""
        return await load_conversation(
            self._connection, conversation_id, user_id=user_id, participant_id=participant_id
        )

    async def messages(self, conversation_id: UUID, *, before: int | None, since: int, limit: int) -> MessagePage:
        """Messages below a number and above another, the last first."""
        found = await load_messages(self._connection, conversation_id, before=before, since=since, limit=limit + 1)
        return MessagePage(messages=found[:limit], more=len(found) > limit, as_of=self._session.as_of)

    async def term_sheet(self, conversation_id: UUID) -> TermsView | None:
        """The rounds so far."""
        return await load_terms(self._connection, conversation_id, as_of=self._session.as_of)

    async def administrator_talk(
        self, *, participant_id: str | None, conversation_id: UUID | None, before: int | None, limit: int
    ) -> AdministratorTalk | None:
        """A participant's talk with the administrator, by whose it is or by its id."""
        return await load_administrator_talk(
            self._connection,
            participant_id=participant_id,
            conversation_id=conversation_id,
            before=before,
            limit=limit,
            as_of=self._session.as_of,
        )

    async def administrator_page(self, *, after: tuple[datetime, UUID] | None, limit: int) -> AdministratorPage:
        """Those that wait for an answer, the longest first."""
        found = await load_waiting(self._connection, after=after, limit=limit + 1)
        return AdministratorPage(waiting=found[:limit], more=len(found) > limit, as_of=self._session.as_of)

    async def reports(self, *, after: UUID | None, limit: int) -> ReportPage:
        """The reports of a side, the newest first."""
        found = await load_reports(self._connection, after=after, limit=limit + 1)
        return ReportPage(reports=found[:limit], more=len(found) > limit, as_of=self._session.as_of)

    async def evidence(self, report_id: UUID) -> EvidenceView | None:
        """One report with what was frozen."""
        return await load_evidence(self._connection, report_id, as_of=self._session.as_of)


def reading_door(database: Database, *, scope: Scope) -> Read:
    """A door to one consistent read: of the reader's own side, or deliberately of everything (the moderators')."""

    @asynccontextmanager
    async def read(cause: Cause) -> AsyncIterator[MessagingReading]:
        async with database.reading(cause, scope=scope) as session:
            yield MessagingReading(session)

    return read
