"""What was written to the administrator, and who waits for an answer?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from messaging.application.membership import participant_of
from messaging.application.ports import Read
from messaging.application.views import AdministratorPage, AdministratorTalk
from messaging.domain.administrator import AdministratorConversationNotFound


@dataclass(frozen=True, kw_only=True)
class ReadAdministratorTalk:
    """A moderator names the conversation; a participant has one of its own."""

    limit: int
    conversation_id: UUID | None = None
    before: int | None = None


@dataclass(frozen=True, kw_only=True)
class ListWaiting:
    """A page of those who wait."""

    limit: int
    after: tuple[datetime, UUID] | None = None


class ReadAdministratorTalkHandler:
    """Every one of these reads leaves its trace (the matrix's dagger)."""

    def __init__(self, *, read: Read, read_desk: Read) -> None:
        self._read = read
        self._read_desk = read_desk

    async def own(self, query: ReadAdministratorTalk, cause: Cause) -> AdministratorTalk:
        """The participant's own.

        Raises:
            AdministratorConversationNotFound: it has never written.
        """
        own = participant_of(cause)
        async with self._read(cause) as reading:
            found = await reading.administrator_talk(
                participant_id=own, conversation_id=None, before=query.before, limit=query.limit
            )
            if found is None:
                raise AdministratorConversationNotFound
            return found

    async def one(self, query: ReadAdministratorTalk, cause: Cause) -> AdministratorTalk:
        """One, as a moderator sees it.

        Raises:
            AdministratorConversationNotFound: there is none, or it is the moderator's own participant's.
        """
        async with self._read_desk(cause) as reading:
            found = await reading.administrator_talk(
                participant_id=None, conversation_id=query.conversation_id, before=query.before, limit=query.limit
            )
            if found is None or found.participant_id == cause.subject.participant_id:
                raise AdministratorConversationNotFound
            return found

    async def waiting(self, query: ListWaiting, cause: Cause) -> AdministratorPage:
        """Who waits, the longest first."""
        async with self._read_desk(cause) as reading:
            return await reading.administrator_page(after=query.after, limit=query.limit)
