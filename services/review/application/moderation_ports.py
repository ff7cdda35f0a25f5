"""What the use cases of moderation need of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from review.domain.moderation import ModerationCase


class Moderations(Protocol):
    """Moderation cases; a save is guarded by the version that was read."""

    async def add(self, case: ModerationCase) -> None:
        """Keeps a new one."""

    async def get(self, case_id: UUID) -> ModerationCase:
        """One; raises `ModerationNotFound`."""

    async def save(self, case: ModerationCase) -> None:
        """Keeps what changed; raises a version conflict when somebody was faster."""


@dataclass(frozen=True, kw_only=True)
class ModerationSearch:
    """The open ones or the decided ones, after which place."""

    open: bool = True
    after: tuple[datetime, UUID] | None = None
    limit: int


class ModerationReading(Protocol):
    """Moderation in one consistent read."""

    async def find_moderations(self, search: ModerationSearch) -> Sequence[ModerationCase]:
        """The oldest first."""
