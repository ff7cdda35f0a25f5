"""What the use cases of the operator's ladder need of the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from review.domain.ladder import Matter
from review.domain.notice import Notice, NoticeState
from review.domain.sanction import Sanction, SanctionState


@dataclass(frozen=True, kw_only=True)
class Party:
    """A participant as far as listing has said: its accounts by reference, and the logins that act for it."""

    participant_id: str
    account_refs: frozenset[str]
    user_ids: frozenset[str]


class Parties(Protocol):
    """Who there is: a notice is issued to somebody known."""

    async def get(self, participant_id: str) -> Party | None:
        """A participant, if its registration was heard."""

    async def note_participant(self, participant_id: str, account_refs: Collection[str]) -> None:
        """It was heard now."""

    async def note_user(self, participant_id: str, user_id: str) -> None:
        """A login was heard of now."""


class Notices(Protocol):
    """Notices; a save is guarded by the version that was read."""

    async def add(self, notice: Notice) -> None:
        """Keeps a new notice."""

    async def get(self, notice_id: UUID) -> Notice:
        """One in the scope of this transaction; raises `NoticeNotFound`."""

    async def standing_on(self, listing_ids: Collection[UUID]) -> Sequence[Notice]:
        """Those that stand on any of these listings, oldest first."""

    async def save(self, notice: Notice) -> None:
        """Keeps what changed; raises a version conflict when somebody was faster."""


class Sanctions(Protocol):
    """Steps; a save is guarded by the version that was read."""

    async def add(self, sanction: Sanction) -> None:
        """Keeps a new proposal."""

    async def get(self, sanction_id: UUID) -> Sanction:
        """One in the scope of this transaction; raises `SanctionNotFound`."""

    async def in_force_on(self, matter: Matter) -> Sequence[Sanction]:
        """Those that bind exactly this subject now; locked until the transaction ends."""

    async def save(self, sanction: Sanction) -> None:
        """Keeps what changed; raises a version conflict when somebody was faster."""


@dataclass(frozen=True, kw_only=True)
class NoticeSearch:
    """Which notices, and after which place; `participant_id` for one's own."""

    state: NoticeState | None = None
    participant_id: str | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int


@dataclass(frozen=True, kw_only=True)
class SanctionSearch:
    """Which steps, and after which place; one's own are those that were decided."""

    state: SanctionState | None = None
    participant_id: str | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int


class LadderReading(Protocol):
    """The ladder in one consistent read."""

    notices: Notices
    sanctions: Sanctions

    async def find_notices(self, search: NoticeSearch) -> Sequence[Notice]:
        """The newest first."""

    async def find_sanctions(self, search: SanctionSearch) -> Sequence[Sanction]:
        """The newest first."""
