"""Messaging's doors in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause, LoginStanding, Status
from messaging.application.use_cases import UseCases
from messaging.domain.board_listing import Area, BoardListing
from messaging.domain.conversation import VIEWER
from messaging.domain.notification import Notification
from messaging.tests.fake_desk import FakeAdministrator, FakeReports
from messaging.tests.fake_reading import ShelfReading
from messaging.tests.fake_talk import FakeQuotas, FakeTalk, FakeTerms
from testkit.fakes import FakeBegin, FakeUnitOfWork, Journal


@dataclass
class Shelf:
    """What committed work left behind, and what every unit of one fake world sees."""

    listings: dict[UUID, BoardListing] = field(default_factory=dict)
    users: dict[str, list[str]] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    standing: dict[str, Status] = field(default_factory=dict)
    notifications: dict[UUID, Notification] = field(default_factory=dict)
    read: dict[tuple[UUID, str], datetime] = field(default_factory=dict)
    talk: FakeTalk = field(default_factory=FakeTalk)
    terms: FakeTerms = field(default_factory=FakeTerms)
    administrator: FakeAdministrator = field(default_factory=FakeAdministrator)
    reports: FakeReports = field(default_factory=FakeReports)
    quotas: FakeQuotas = field(default_factory=FakeQuotas)

    async def owner_of(self, listing_id: UUID) -> str | None:
        found = self.listings.get(listing_id)
        return found.participant_id if found else None

    async def listing(self, listing_id: UUID) -> BoardListing | None:
        found = self.listings.get(listing_id)
        return self._seen(found) if found else None

    async def listings_of(self, participant_id: str) -> Sequence[BoardListing]:
        own = (one for one in self.listings.values() if one.participant_id == participant_id)
        return [self._seen(one) for one in own if one.state is not None and not one.deleted]

    async def note_listing(self, listing_id: UUID, *, participant_id: str, area: Area) -> None:
        self.listings.setdefault(listing_id, BoardListing(id=listing_id, participant_id=participant_id, area=area))

    async def follow(self, listing: BoardListing) -> None:
        self.listings[listing.id] = listing

    async def users_of(self, participant_id: str) -> Sequence[str]:
        return sorted(self.users.get(participant_id, []))

    async def members_of(self, participant_id: str) -> Sequence[str]:
        return [one for one in await self.users_of(participant_id) if self.functions.get(one) != VIEWER]

    async def note_user(self, participant_id: str, user_id: str, function: str) -> None:
        self.functions[user_id] = function
        if user_id not in self.users.setdefault(participant_id, []):
            self.users[participant_id].append(user_id)

    async def forget_user(self, participant_id: str, user_id: str) -> None:
        self.users[participant_id].remove(user_id)

    async def put(
        self, participant_id: str, *, no_access: str | None, status: Status, logins: Sequence[LoginStanding]
    ) -> None:
        self.standing[participant_id] = status

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

    def _seen(self, listing: BoardListing) -> BoardListing:
        stands = self.standing.get(listing.participant_id, "active") == "active"
        return replace(listing, owner_stands=stands)


class MessagingFakeWork(FakeUnitOfWork):
    """One shelf stands in for the directory and the inbox; nothing is rolled back, so a test looks at clean exits."""

    def __init__(self, journal: Journal, cause: Cause, shelf: Shelf) -> None:
        super().__init__(journal, cause)
        self.directory = shelf
        self.notifications = shelf
        self.standings = shelf
        self.conversations = shelf.talk
        self.terms = shelf.terms
        self.administrator = shelf.administrator
        self.reports = shelf.reports
        self.quotas = shelf.quotas


@dataclass
class World:
    """The use cases around a shelf."""

    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        self.begin = FakeBegin(lambda journal, cause: MessagingFakeWork(journal, cause, self.shelf))
        self.use_cases = UseCases.build(begin=self.begin, read=self._read, read_desk=self._read)

    @asynccontextmanager
    async def _read(self, cause: Cause) -> AsyncIterator[ShelfReading]:
        shelf = self.shelf
        yield ShelfReading(
            cause=cause,
            now=self.begin.journal.now,
            notifications=list(shelf.notifications.values()),
            read=shelf.read,
            talk=shelf.talk,
            terms=shelf.terms,
            administrator=shelf.administrator,
            reports_kept=shelf.reports,
        )
        cause.ticket.traced = cause.traced
