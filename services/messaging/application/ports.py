"""What the use cases need of the world; persistence implements it, tests fake it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import Fact
from messaging.domain.notification import Kind, Notification


class Directory(Protocol):
    """Whose a listing is, and who acts for a participant, as far as events have said."""

    async def owner_of(self, listing_id: UUID) -> str | None:
        """The participant, if its submission was heard."""

    async def note_owner(self, listing_id: UUID, participant_id: str) -> None:
        """It was heard now."""

    async def users_of(self, participant_id: str) -> Sequence[str]:
        """The users heard of, in a stable order."""

    async def note_user(self, participant_id: str, user_id: str) -> None:
        """One was heard of now."""


class Notifications(Protocol):
    """The inbox."""

    async def add(self, notification: Notification) -> None:
        """Puts one in."""

    async def get(self, notification_id: UUID) -> Notification | None:
        """One, if it is in the scope of this transaction."""

    async def without_owner(self, listing_id: UUID) -> Sequence[Notification]:
        """Those that came before their listing's owner was known, oldest first."""

    async def address(self, listing_id: UUID, participant_id: str) -> None:
        """Gives them their owner."""

    async def mark_read(self, notification: Notification, user_id: str, at: datetime) -> bool:
        """Whether this user had not read it before."""


class Work(Protocol):
    """One transaction."""

    @property
    def now(self) -> datetime:
        """Its time."""

    @property
    def directory(self) -> Directory:
        """Who is who."""

    @property
    def notifications(self) -> Notifications:
        """The inbox."""

    def record(self, *facts: Fact) -> None:
        """What happened, in order."""

    def note(self, **details: object) -> None:
        """Details for the audit row."""


Begin = Callable[[Cause], AbstractAsyncContextManager[Work]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A notification as its reader sees it."""

    id: UUID
    listing_id: UUID
    kind: Kind
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Some lines, newest first, how many are unread in all, and of which moment this speaks."""

    lines: Sequence[Line]
    more: bool
    unread: int
    as_of: datetime


class Reading(Protocol):
    """One consistent read of the inbox."""

    async def inbox(self, *, user_id: str, after: tuple[datetime, UUID] | None, limit: int, unread_only: bool) -> Inbox:
        """The lines after a place."""


Read = Callable[[Cause], AbstractAsyncContextManager[Reading]]
