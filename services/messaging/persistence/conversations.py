"""Conversations and their messages, as one transaction sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, case, delete, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.standings import PARTICIPANT_ITSELF
from messaging.domain.conversation import Conversation, ConversationNotFound, Message
from messaging.persistence import tables

_TALK = tables.conversation
_MESSAGE = tables.message
_READ = tables.conversation_read
_BLOCK = tables.participant_block


class ConversationTables:
    """What this transaction writes and reads of private talk."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, conversation_id: UUID) -> Conversation:
        """One in scope, locked until the end of the transaction.

        Raises:
            ConversationNotFound: there is none in scope.
        """
        query = select(_TALK).where(_TALK.c.id == conversation_id).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise ConversationNotFound
        return _conversation(row)

    async def about(self, listing_id: UUID, opener_id: str) -> Conversation | None:
        """The one a participant has opened about a listing."""
        query = select(_TALK).where(_TALK.c.listing_id == listing_id, _TALK.c.opener_id == opener_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _conversation(row) if row else None

    async def add(self, conversation: Conversation) -> bool:
        """Keeps a new one; whether nobody else was faster."""
        row = {
            "id": conversation.id,
            "listing_id": conversation.listing_id,
            "area": conversation.area,
            "owner_id": conversation.owner_id,
            "opener_id": conversation.opener_id,
            "opener_listing_id": conversation.opener_listing_id,
            "opened_by": conversation.opened_by,
            "opened_at": conversation.opened_at,
            "active_at": conversation.active_at,
            "last_number": conversation.last_number,
        }
        statement = upsert(_TALK).values(row).on_conflict_do_nothing(constraint="conversation_once")
        made = await self._connection.execute(statement.returning(_TALK.c.id))
        return made.one_or_none() is not None

    async def between(self, one: str, other: str) -> Sequence[Conversation]:
        """All conversations of two participants, whoever opened them."""
        query = select(_TALK).where(
            or_(
                and_(_TALK.c.owner_id == one, _TALK.c.opener_id == other),
                and_(_TALK.c.owner_id == other, _TALK.c.opener_id == one),
            )
        )
        return [_conversation(row) for row in await self._connection.execute(query.order_by(_TALK.c.id))]

    async def close_about(self, listing_id: UUID) -> None:
        """A listing was deleted: what was said about it is read-only."""
        await self._connection.execute(
            update(_TALK).where(_TALK.c.listing_id == listing_id).values(listing_deleted=True)
        )

    async def note_terminated(self, participant_id: str, *, terminated: bool) -> None:
        """A participant's access was terminated, or stands: so do its conversations.

        One that the other side's termination closed stays closed when this side's is reversed: the other's own word
        is looked at.
        """
        other = case((_TALK.c.owner_id == participant_id, _TALK.c.opener_id), else_=_TALK.c.owner_id)
        standing = tables.login_standing
        others = (
            select(standing.c.user_id)
            .where(standing.c.participant_id == other, standing.c.user_id == PARTICIPANT_ITSELF)
            .where(standing.c.status == "terminated")
            .exists()
        )
        await self._connection.execute(
            update(_TALK)
            .where(or_(_TALK.c.owner_id == participant_id, _TALK.c.opener_id == participant_id))
            .values(terminated=others if not terminated else true())
        )

    async def send(self, conversation: Conversation, message: Message) -> None:
        """Keeps a message at its place."""
        row = {
            "conversation_id": message.conversation_id,
            "number": message.number,
            "id": message.id,
            "kind": message.kind,
            "participant_id": message.participant_id,
            "sent_by": message.sent_by,
            "text": message.text,
            "sent_at": message.sent_at,
        }
        await self._connection.execute(insert(_MESSAGE).values(row))
        counted = {"last_number": conversation.last_number, "active_at": conversation.active_at}
        await self._connection.execute(update(_TALK).where(_TALK.c.id == conversation.id).values(counted))

    async def messages(self, conversation_id: UUID, numbers: Sequence[int]) -> Sequence[Message]:
        """Those that exist, in order."""
        query = (
            select(_MESSAGE)
            .where(_MESSAGE.c.conversation_id == conversation_id, _MESSAGE.c.number.in_(numbers))
            .order_by(_MESSAGE.c.number)
        )
        return [message_of(row) for row in await self._connection.execute(query)]

    async def waits_unread(self, conversation: Conversation, *, reader_id: str) -> bool:
        """Whether a side has something unread in it already: nobody there has read the other's last message."""
        read_to = (
            select(func.coalesce(func.max(_READ.c.read_to), 0))
            .where(_READ.c.conversation_id == conversation.id, _READ.c.participant_id == reader_id)
            .scalar_subquery()
        )
        query = select(
            select(_MESSAGE.c.number)
            .where(
                _MESSAGE.c.conversation_id == conversation.id,
                _MESSAGE.c.participant_id != reader_id,
                _MESSAGE.c.number > read_to,
            )
            .exists()
        )
        return bool((await self._connection.execute(query)).scalar_one())

    async def mark_read(self, conversation: Conversation, *, user_id: str, participant_id: str, to: int) -> bool:
        """Whether this user had not read as far before."""
        row = {
            "conversation_id": conversation.id,
            "user_id": user_id,
            "participant_id": participant_id,
            "read_to": to,
        }
        statement = upsert(_READ).values(row)
        marked = await self._connection.execute(
            statement.on_conflict_do_update(
                constraint="conversation_read_pkey",
                set_={"read_to": statement.excluded.read_to},
                where=_READ.c.read_to < statement.excluded.read_to,
            ).returning(_READ.c.user_id)
        )
        return marked.one_or_none() is not None

    async def blocked(self, one: str, other: str) -> bool:
        """Whether either of two participants has blocked the other."""
        query = select(
            select(_BLOCK.c.blocker_id)
            .where(_BLOCK.c.blocker_id.in_([one, other]), _BLOCK.c.blocked_id.in_([one, other]))
            .exists()
        )
        return bool((await self._connection.execute(query)).scalar_one())

    async def block(self, *, blocker_id: str, blocked_id: str, user_id: str, at: datetime) -> bool:
        """Whether it had not before."""
        row = {"blocker_id": blocker_id, "blocked_id": blocked_id, "blocked_by": user_id, "blocked_at": at}
        made = await self._connection.execute(
            upsert(_BLOCK).values(row).on_conflict_do_nothing().returning(_BLOCK.c.blocker_id)
        )
        return made.one_or_none() is not None

    async def unblock(self, *, blocker_id: str, blocked_id: str) -> bool:
        """Whether it had before."""
        gone = await self._connection.execute(
            delete(_BLOCK)
            .where(_BLOCK.c.blocker_id == blocker_id, _BLOCK.c.blocked_id == blocked_id)
            .returning(_BLOCK.c.blocker_id)
        )
        return gone.one_or_none() is not None


def message_of(row: Row[Any]) -> Message:
    """A message as the domain knows it."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        number=row.number,
        kind=row.kind,
        participant_id=row.participant_id,
        sent_by=row.sent_by,
        text=row.text,
        sent_at=row.sent_at,
    )


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        listing_id=row.listing_id,
        area=row.area,
        owner_id=row.owner_id,
        opener_id=row.opener_id,
        opener_listing_id=row.opener_listing_id,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        active_at=row.active_at,
        last_number=row.last_number,
        listing_deleted=row.listing_deleted,
        terminated=row.terminated,
    )
