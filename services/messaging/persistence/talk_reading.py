"""Questions about private talk, on a connection that sees the reader's side only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.application.views import ConversationView, TermsView
from messaging.domain.conversation import Message, read_only_reason
from messaging.persistence import tables
from messaging.persistence.conversations import message_of
from messaging.persistence.terms import load_sheet

_TALK = tables.conversation
_MESSAGE = tables.message
_READ = tables.conversation_read
_BLOCK = tables.participant_block
_SHEET = tables.term_sheet
_ROUND = tables.term_round


async def load_conversations(
    connection: AsyncConnection,
    *,
    user_id: str,
    participant_id: str,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[ConversationView]:
    """A side's conversations after a place, the last active first."""
    query = _seen(user_id, participant_id)
    if after is not None:
        query = query.where(tuple_(_TALK.c.active_at, _TALK.c.id) < tuple_(literal(after[0]), literal(after[1])))
    query = query.order_by(_TALK.c.active_at.desc(), _TALK.c.id.desc()).limit(limit)
    return [_view(row) for row in await connection.execute(query)]


async def load_conversation(
    connection: AsyncConnection, conversation_id: UUID, *, user_id: str, participant_id: str
) -> ConversationView | None:
    """One as a side sees it."""
    query = _seen(user_id, participant_id).where(_TALK.c.id == conversation_id)
    row = (await connection.execute(query)).one_or_none()
    return _view(row) if row else None


async def count_unread(connection: AsyncConnection, *, user_id: str, participant_id: str) -> int:
    """How many messages of others this user has not read, in all its conversations."""
    query = (
        select(func.count())
        .select_from(_with_read(user_id).join(_MESSAGE, _MESSAGE.c.conversation_id == _TALK.c.id))
        .where(_is_member(participant_id), _is_unread(participant_id))
    )
    return int((await connection.execute(query)).scalar_one())


async def load_messages(
    connection: AsyncConnection, conversation_id: UUID, *, before: int | None, since: int, limit: int
) -> Sequence[Message]:
    """Messages below a number and above another, the last first."""
    query = select(_MESSAGE).where(_MESSAGE.c.conversation_id == conversation_id, _MESSAGE.c.number > since)
    if before is not None:
        query = query.where(_MESSAGE.c.number < before)
    query = query.order_by(_MESSAGE.c.number.desc()).limit(limit)
    return [message_of(row) for row in await connection.execute(query)]


async def load_terms(connection: AsyncConnection, conversation_id: UUID, *, as_of: datetime) -> TermsView | None:
    """The rounds of a conversation in scope."""
    talk = (await connection.execute(select(_TALK).where(_TALK.c.id == conversation_id))).one_or_none()
    sheet = await load_sheet(connection, conversation_id)
    if talk is None or sheet is None:
        return None
    owner_borrows = talk.area == "pledgor"
    return TermsView(
        term_sheet_id=sheet.id,
        conversation_id=conversation_id,
        listing_id=talk.listing_id,
        pledgor_id=talk.owner_id if owner_borrows else talk.opener_id,
        pledgee_id=talk.opener_id if owner_borrows else talk.owner_id,
        rounds=sheet.rounds,
        accepted_round=sheet.accepted_round,
        as_of=as_of,
    )


def _with_read(user_id: str) -> Any:
    return _TALK.outerjoin(_READ, and_(_READ.c.conversation_id == _TALK.c.id, _READ.c.user_id == user_id))


def _is_member(participant_id: str) -> ColumnElement[bool]:
    return or_(_TALK.c.owner_id == participant_id, _TALK.c.opener_id == participant_id)


def _is_unread(participant_id: str) -> ColumnElement[bool]:
    return and_(_MESSAGE.c.participant_id != participant_id, _MESSAGE.c.number > func.coalesce(_READ.c.read_to, 0))


def _seen(user_id: str, participant_id: str) -> Select[Any]:
    unread = (
        select(func.count())
        .where(_MESSAGE.c.conversation_id == _TALK.c.id, _is_unread(participant_id))
        .correlate(_TALK, _READ)
        .scalar_subquery()
    )
    blocked = (
        select(_BLOCK.c.blocker_id)
        .where(
            _BLOCK.c.blocker_id.in_([_TALK.c.owner_id, _TALK.c.opener_id]),
            _BLOCK.c.blocked_id.in_([_TALK.c.owner_id, _TALK.c.opener_id]),
        )
        .exists()
    )
    last_round = select(func.max(_ROUND.c.number)).where(_ROUND.c.conversation_id == _TALK.c.id).scalar_subquery()
    accepted = select(_SHEET.c.accepted_round).where(_SHEET.c.conversation_id == _TALK.c.id).scalar_subquery()
    return (
        select(
            _TALK,
            func.coalesce(_READ.c.read_to, 0).label("read_to"),
            unread.label("unread"),
            blocked.label("blocked"),
            last_round.label("terms_round"),
            accepted.label("accepted_round"),
        )
        .select_from(_with_read(user_id))
        .where(_is_member(participant_id))
    )


def _view(row: Row[Any]) -> ConversationView:
    return ConversationView(
        id=row.id,
        listing_id=row.listing_id,
        area=row.area,
        opener_listing_id=row.opener_listing_id,
        opener_id=row.opener_id,
        owner_id=row.owner_id,
        opened_at=row.opened_at,
        active_at=row.active_at,
        last_number=row.last_number,
        read_to=row.read_to,
        unread=row.unread,
        read_only=read_only_reason(listing_deleted=row.listing_deleted, terminated=row.terminated, blocked=row.blocked),
        terms_round=row.terms_round,
        accepted_round=row.accepted_round,
    )
