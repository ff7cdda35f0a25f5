"""Where a consumer goes on, stored beside its effects; and which record is suspected of ending its process.

The normal path writes nothing for that suspicion: at an assignment that follows no orderly release, whatever stands
at the stored offset was interrupted. From then on an attempt at that very record is announced before it is made, so
that only attempts which really began and never ended are counted.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_FIRST = text(
    "insert into consumer_offset (consumer, topic, partition, topic_id, next) "
    "values (:consumer, :topic, :partition, :topic_id, :beginning) on conflict do nothing"
)
_STORED = text(
    "select next, topic_id, holder, suspect_offset, attempts from consumer_offset "
    "where consumer = :consumer and topic = :topic and partition = :partition for update"
)
_HOLD = text(
    "update consumer_offset set holder = :holder, suspect_offset = :suspect, attempts = :attempts "
    "where consumer = :consumer and topic = :topic and partition = :partition"
)
_ANNOUNCE = text(
    "update consumer_offset set attempts = attempts + 1 where consumer = :consumer and topic = :topic "
    "and partition = :partition and next = suspect_offset and holder = :holder"
)
_RELEASE = text(
    "update consumer_offset set holder = null, attempts = greatest(attempts - :announced, 0) "
    "where consumer = :consumer and topic = :topic and partition = :partition and holder = :holder"
)


class TopicReplaced(RuntimeError):
    """The topic under this name is not the one the stored offset speaks of."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One partition as one consumer reads it. `topic` is the registered name, `topic_id` the broker's own."""

    consumer: str
    topic: str
    topic_id: str
    partition: int

    @property
    def row(self) -> dict[str, object]:
        """The stored row's key."""
        return {"consumer": self.consumer, "topic": self.topic, "partition": self.partition}

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]"


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where to go on. `interruptions` is how often an attempt at the record standing there ended the process."""

    next: int
    interruptions: int = 0


@dataclass(frozen=True, kw_only=True)
class Positions:
    """The stored positions, as one process (`holder`) takes and leaves them."""

    engine: AsyncEngine
    holder: str

    async def open(self, source: Source, *, beginning: int, end: int) -> Position:
        """Takes the partition; a first opening begins at the log's `beginning`.

        Raises:
            TopicReplaced: the stored offset belongs to another topic of the same name.
        """
        async with self.engine.begin() as connection:
            await connection.execute(_FIRST, source.row | {"topic_id": source.topic_id, "beginning": beginning})
            row = (await connection.execute(_STORED, source.row)).one()
            if row.topic_id != source.topic_id:
                raise TopicReplaced(f"{source}: stored {row.topic_id}, found {source.topic_id}")
            suspect, interruptions = row.suspect_offset, row.attempts
            if row.holder is not None and row.next < end and suspect != row.next:
                suspect, interruptions = row.next, 1
            state = {"holder": self.holder, "suspect": suspect, "attempts": interruptions}
            await connection.execute(_HOLD, source.row | state)
        return Position(next=row.next, interruptions=interruptions if suspect == row.next else 0)

    async def announce(self, source: Source) -> None:
        """Says that an attempt at the suspected record begins."""
        async with self.engine.begin() as connection:
            await connection.execute(_ANNOUNCE, source.row | {"holder": self.holder})

    async def release(self, source: Source, *, announced: bool) -> None:
        """Leaves the partition in order: this assignment was no interruption."""
        async with self.engine.begin() as connection:
            await connection.execute(_RELEASE, source.row | {"holder": self.holder, "announced": int(announced)})
