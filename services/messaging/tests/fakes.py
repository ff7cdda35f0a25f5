"""Messaging's doors in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from messaging.application.ports import Inbox, Line
from messaging.application.use_cases import UseCases
from messaging.domain.notification import Notification
from testkit.fakes import MONDAY, FakeBegin, FakeUnitOfWork, Journal


@dataclass
class Shelf:
    """What committed work left behind, and what every unit of one fake world sees."""

    owners: dict[UUID, str] = field(default_factory=dict)
    users: dict[str, list[str]] = field(default_factory=dict)
    notifications: dict[UUID, Notification] = field(default_factory=dict)
    read: dict[tuple[UUID, str], datetime] = field(default_factory=dict)

    async def owner_of(self, listing_id: UUID) -> str | None:
        return self.owners.get(listing_id)

    async def note_owner(self, listing_id: UUID, participant_id: str) -> None:
        self.owners.setdefault(listing_id, participant_id)

    async def users_of(self, participant_id: str) -> Sequence[str]:
        return sorted(self.users.get(participant_id, []))

    async def note_user(self, participant_id: str, user_id: str) -> None:
        self.users.setdefault(participant_id, []).append(user_id)

    async def add(self, notification: Notification) -> None:
        self.notifications[notification.id] = notification

    async def get(self, notification_id: UUID) -> Notification | None:
        return self.notifications.get(notification_id)

    async def without_owner(self, listing_id: UUID) -> Sequence[Notification]:
        return [
            one for one in self.notifications.values() if one.listing_id == listing_id and one.participant_id is None
        ]

    async def address(self, listing_id: UUID, participant_id: str) -> None:
        for one in await self.without_owner(listing_id):
            self.notifications[one.id] = replace(one, participant_id=participant_id)

    async def mark_read(self, notification: Notification, user_id: str, at: datetime) -> bool:
        first = (notification.id, user_id) not in self.read
        self.read.setdefault((notification.id, user_id), at)
        return first


class MessagingFakeWork(FakeUnitOfWork):
    """One shelf stands in for both repositories; nothing is rolled back, so a test looks at clean exits only."""

    def __init__(self, journal: Journal, cause: Cause, shelf: Shelf) -> None:
        super().__init__(journal, cause)
        self.directory = shelf
        self.notifications = shelf


@dataclass
class World:
    """The use cases around a shelf."""

    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        self.begin = FakeBegin(lambda journal, cause: MessagingFakeWork(journal, cause, self.shelf))
        self.use_cases = UseCases.build(begin=self.begin, read=self._read)

    @asynccontextmanager
    async def _read(self, cause: Cause) -> AsyncIterator["ShelfReading"]:
        yield ShelfReading(self.shelf, cause)


@dataclass
class ShelfReading:
    """The inbox in memory."""

    shelf: Shelf
    cause: Cause

    async def inbox(self, *, user_id: str, after: tuple[datetime, UUID] | None, limit: int, unread_only: bool) -> Inbox:
        own = [
            one
            for one in self.shelf.notifications.values()
            if one.participant_id is not None and one.participant_id == self.cause.subject.participant_id
        ]
        lines = [
            Line(
                id=one.id,
                listing_id=one.listing_id,
                kind=one.kind,
                created_at=one.created_at,
                read_at=self.shelf.read.get((one.id, user_id)),
            )
            for one in sorted(own, key=lambda one: (one.created_at, one.id), reverse=True)
            if after is None or (one.created_at, one.id) < after
        ]
        wanted = [line for line in lines if line.read_at is None or not unread_only]
        unread = len([line for line in lines if line.read_at is None])
        return Inbox(lines=wanted[:limit], more=len(wanted) > limit, unread=unread, as_of=MONDAY)
