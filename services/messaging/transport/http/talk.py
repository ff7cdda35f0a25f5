"""Private talk between two participants (P15)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor
from messaging.application.commands.block_participant import BlockParticipant
from messaging.application.commands.open_conversation import OpenConversation
from messaging.application.commands.read_to import ReadTo
from messaging.application.commands.send_message import SendMessage
from messaging.application.queries.read_conversations import ListConversations, ReadConversation, ReadMessages
from messaging.application.use_cases import UseCases
from messaging.transport.http.talk_views import (
    ConversationBody,
    ConversationsPage,
    MessageBody,
    NewConversation,
    NewMessage,
    OpenedBody,
    ReadToBody,
    SentBody,
)

OWN = "conversation.own"


def routes(use_cases: UseCases) -> Routes:
    """The routes of conversations and their messages."""
    talk = Routes(service="messaging", tags=["conversations"])
    _conversations(talk, use_cases)
    _messages(talk, use_cases)
    return talk


def _conversations(talk: Routes, use_cases: UseCases) -> None:
    @talk.post("/conversations", operation=OWN, status_code=201)
    async def open_conversation(body: NewConversation, cause: CommandCause) -> OpenedBody:
        """Begins to talk about a listing of the other area; needs a listing in force of one's own (P15.2).

        The conversation that stands already is answered again.
        """
        opened = await command(use_cases.open_conversation, OpenConversation(listing_id=body.listing_id), cause)
        return OpenedBody(id=opened.conversation_id, opened_at=opened.opened_at)

    @talk.get("/conversations", operation=OWN)
    async def list_conversations(page: PageRequest, cause: QueryCause) -> ConversationsPage:
        """One's own, the last active first, with what is unread in each and in all."""
        query = ListConversations(limit=page.limit, after=page.after(tuple[datetime, UUID]))
        found = await use_cases.read_conversations.list(query, cause)
        last = found.conversations[-1] if found.more else None
        return ConversationsPage(
            items=[ConversationBody.of(one, reader_id=cause.subject.participant_id) for one in found.conversations],
            next_cursor=encode_cursor((last.active_at, last.id)) if last else None,
            unread=found.unread,
            as_of=found.as_of,
        )

    @talk.get("/conversations/{conversation_id}", operation=OWN)
    async def read_conversation(conversation_id: UUID, cause: QueryCause) -> ConversationBody:
        """One of one's own: its sides, what is unread, whether it is read-only and why."""
        found = await use_cases.read_conversations.one(ReadConversation(conversation_id=conversation_id), cause)
        return ConversationBody.of(found, reader_id=cause.subject.participant_id)

    @talk.put("/conversations/{conversation_id}/block", operation=OWN, status_code=204)
    async def block_other_side(conversation_id: UUID, cause: CommandCause) -> None:
        """Blocks the other side: all that both share is read-only, and neither opens anything new."""
        await use_cases.block_participant(BlockParticipant(conversation_id=conversation_id, blocked=True), cause)

    @talk.delete("/conversations/{conversation_id}/block", operation=OWN, status_code=204)
    async def unblock_other_side(conversation_id: UUID, cause: CommandCause) -> None:
        """Takes one's own block back; the other side's stands."""
        await use_cases.block_participant(BlockParticipant(conversation_id=conversation_id, blocked=False), cause)


def _messages(talk: Routes, use_cases: UseCases) -> None:
    @talk.post("/conversations/{conversation_id}/messages", operation=OWN, status_code=201)
    async def send_message(conversation_id: UUID, body: NewMessage, cause: CommandCause) -> SentBody:
        """Writes a text. The same key sends it once, whatever became of the first answer (P15.4)."""
        asked = SendMessage(conversation_id=conversation_id, text=body.text)
        sent = await command(use_cases.send_message, asked, cause)
        return SentBody(id=sent.message_id, number=sent.number, sent_at=sent.sent_at)

    @talk.get("/conversations/{conversation_id}/messages", operation=OWN)
    async def list_messages(
        conversation_id: UUID,
        page: PageRequest,
        cause: QueryCause,
        since: Annotated[int, Query(ge=0, description="Only what stands after this number")] = 0,
    ) -> Page[MessageBody]:
        """The last first, in the one order both sides see; each names the login that wrote it."""
        asked = ReadMessages(conversation_id=conversation_id, limit=page.limit, before=page.after(int), since=since)
        found = await use_cases.read_conversations.messages(asked, cause)
        return Page[MessageBody](
            items=[MessageBody.of(one, reader_id=cause.subject.participant_id) for one in found.messages],
            next_cursor=encode_cursor(found.messages[-1].number) if found.more else None,
            as_of=found.as_of,
        )

    @talk.put("/conversations/{conversation_id}/read", operation=OWN, status_code=204)
    async def mark_conversation_read(conversation_id: UUID, body: ReadToBody, cause: CommandCause) -> None:
        """Marks everything up to a number as read by the asker."""
        await use_cases.read_to(ReadTo(conversation_id=conversation_id, number=body.number), cause)
