"""How a key that the relay has parked leaves parking. The relay's next look at the outbox finds it free.

This runs in the service's own role: the relay's may park, and sees nothing but the outbox.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.parking import NotParked

_FREE = text("delete from outbox_parked_key where topic = :topic and key = :key returning outbox_id")
_HEAD = text(
    "select day, id, event_id, sequence from outbox where sent_at is null and topic = :topic "
    "and coalesce(key, '') = :key order by id limit 1"
)
_SETTLE = text("update outbox set sent_at = clock_timestamp() where day = :day and id = :id")


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """A row that will never be sent."""

    event_id: UUID
    sequence: int


async def release(connection: AsyncConnection, *, topic: str, key: str) -> None:
    """A person has removed the cause: the rows of the key are sent in order.

    Raises:
        NotParked: the key is not parked.
    """
    if (await connection.execute(_FREE, {"topic": topic, "key": key})).first() is None:
        raise NotParked(key)


async def discard_head(connection: AsyncConnection, *, topic: str, key: str) -> GivenUp:
    """A person gives up the row that holds its key, and the rows behind it are sent.

    The row is marked as sent so that it stays for as long as any other; the audit row says that it was not. Its number
    is missing for whoever hears the topic: the key is parked there as out of sequence until the gap is given up too.

    Raises:
        NotParked: the key is not parked, or holds no row.
    """
    await release(connection, topic=topic, key=key)
    head = (await connection.execute(_HEAD, {"topic": topic, "key": key})).first()
    if head is None:
        raise NotParked(key)
    await connection.execute(_SETTLE, {"day": head.day, "id": head.id})
    return GivenUp(event_id=head.event_id, sequence=head.sequence)
