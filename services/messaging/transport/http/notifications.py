"""The inbox of whoever asks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel, Field

from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, encode_cursor
from chassis.problems import preferred_language
from messaging.application.commands.mark_read import MarkRead
from messaging.application.queries.list_notifications import ListNotifications
from messaging.application.use_cases import UseCases
from messaging.application.views import Line
from messaging.domain.notification import TITLES, Kind


class Notification(BaseModel):
    """That something happened to a listing or in a conversation; what it was is read there."""

    id: UUID
    kind: Kind
    title: str = Field(examples=["您的信息已发布"])
    listing_id: UUID | None
    conversation_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class InboxPage(Page[Notification]):
    """A page of the inbox, and how many are unread in all."""

    unread: int


def routes(use_cases: UseCases) -> Routes:
    """The inbox's routes."""
    inbox = Routes(service="messaging", tags=["notifications"])

    @inbox.get("/my/notifications", operation="notification.own")
    async def list_my_notifications(
        request: Request,
        page: PageRequest,
        cause: QueryCause,
        unread: Annotated[bool, Query(description="Only those not read yet")] = False,  # noqa: FBT002  # a query parameter
    ) -> InboxPage:
        """Newest first; everybody who acts for a participant sees its notifications, each reads for itself."""
        query = ListNotifications(limit=page.limit, after=page.after(tuple[datetime, UUID]), unread_only=unread)
        found = await use_cases.list_notifications(query, cause)
        language = preferred_language(request.headers.get("accept-language"))
        last = found.lines[-1] if found.more else None
        return InboxPage(
            items=[_view(line, 0 if language == "zh" else 1) for line in found.lines],
            next_cursor=encode_cursor((last.created_at, last.id)) if last else None,
            unread=found.unread,
            as_of=found.as_of,
        )

    @inbox.put("/my/notifications/{notification_id}/read", operation="notification.own", status_code=204)
    async def mark_notification_read(notification_id: UUID, cause: CommandCause) -> None:
        """Marks one as read by the asker; once more changes nothing."""
        await use_cases.mark_read(MarkRead(notification_id=notification_id), cause)

    return inbox


def _view(line: Line, language: int) -> Notification:
    return Notification(
        id=line.id,
        kind=line.kind,
        title=TITLES[line.kind][language],
        listing_id=line.listing_id,
        conversation_id=line.conversation_id,
        created_at=line.created_at,
        read_at=line.read_at,
    )
