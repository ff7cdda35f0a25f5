"""What is talked about with whom, and how much of it is unread?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from messaging.application.membership import participant_of
from messaging.application.ports import Read, Reading
from messaging.application.views import ConversationPage, ConversationView, MessagePage, TermsView
from messaging.domain.conversation import ConversationNotFound
from messaging.domain.terms import NoTerms


@dataclass(frozen=True, kw_only=True)
class ListConversations:
    """A page of the asker's own."""

    limit: int
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, kw_only=True)
class ReadConversation:
    """One of the asker's own."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReadMessages:
    """Those below `before` and above `since`, the last first."""

    conversation_id: UUID
    limit: int
    before: int | None = None
    since: int = 0


@dataclass(frozen=True, kw_only=True)
class ReadTerms:
    """The rounds of one conversation."""

    conversation_id: UUID


class ReadConversationsHandler:
    """Members only, by row-level security and by membership; an operator acts for no participant and sees none."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def list(self, query: ListConversations, cause: Cause) -> ConversationPage:
        """The page."""
        own = participant_of(cause)
        async with self._read(cause) as reading:
            return await reading.conversations(
                user_id=cause.subject.user_id, participant_id=own, after=query.after, limit=query.limit
            )

    async def one(self, query: ReadConversation, cause: Cause) -> ConversationView:
        """One.

        Raises:
            ConversationNotFound: the asker is no member.
        """
        async with self._read(cause) as reading:
            return await _own(reading, query.conversation_id, cause)

    async def messages(self, query: ReadMessages, cause: Cause) -> MessagePage:
        """What was written.

        Raises:
            ConversationNotFound: the asker is no member.
        """
        async with self._read(cause) as reading:
            await _own(reading, query.conversation_id, cause)
            return await reading.messages(
                query.conversation_id, before=query.before, since=query.since, limit=query.limit
            )

    async def terms(self, query: ReadTerms, cause: Cause) -> TermsView:
        """What was proposed, and accepted.

        Raises:
            ConversationNotFound, NoTerms: the asker is no member, or nobody has proposed.
        """
        async with self._read(cause) as reading:
            await _own(reading, query.conversation_id, cause)
            found = await reading.term_sheet(query.conversation_id)
            if found is None:
                raise NoTerms
            return found


async def _own(reading: Reading, conversation_id: UUID, cause: Cause) -> ConversationView:
    found = await reading.conversation(
        conversation_id, user_id=cause.subject.user_id, participant_id=participant_of(cause)
    )
    if found is None:
        raise ConversationNotFound
    return found
