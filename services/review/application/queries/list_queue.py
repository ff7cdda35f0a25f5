"""The queue: oldest first, metadata only (P11.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import QueueItem, Read


@dataclass(frozen=True, kw_only=True)
class ListQueue:
    """A page of the queue."""

    after: tuple[datetime, UUID] | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """Cases, and as of when."""

    items: Sequence[QueueItem]
    as_of: datetime


class ListQueueHandler:
    """Answers from one consistent read."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ListQueue, cause: Cause) -> QueuePage:
        """The page."""
        async with self._read(cause) as reading:
            items = await reading.queue(after=question.after, limit=question.limit)
            return QueuePage(items=items, as_of=reading.now)
