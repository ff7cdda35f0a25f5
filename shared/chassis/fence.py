"""The offset fence: compare-and-swap on the end of what was applied. It stops a zombie and a skip alike."""

from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

REFUSALS = Counter(
    "pledgeboard_fence_refusals", "Transactions the offset fence refused", ["consumer", "topic", "partition"]
)

# A record that was under suspicion of killing its process is cleared by having been got past.
SWAP = (
    "update consumer_offset set next = :end, suspect_offset = null, attempts = 0, updated_at = clock_timestamp() "
    "where consumer = :consumer and topic = :topic and partition = :partition and next = :start returning true"
)


class FenceLost(Exception):  # another process owns the partition: an expected end
    """What was applied last is not what this process believes: it gives the partition up."""

    def __init__(self, *, consumer: str, topic: str, partition: int, start: int) -> None:
        super().__init__(f"{consumer}: {topic}[{partition}] is not at {start}")
        self.consumer = consumer
        self.topic = topic
        self.partition = partition
        self.start = start
        REFUSALS.labels(consumer, topic, str(partition)).inc()


async def advance(
    connection: AsyncConnection, *, consumer: str, topic: str, partition: int, start: int, end: int
) -> None:
    """Moves the stored offset from `start` to `end` in this transaction.

    Raises:
        FenceLost: it does not stand at `start`.
    """
    bounds = {"consumer": consumer, "topic": topic, "partition": partition, "start": start, "end": end}
    if (await connection.execute(text(SWAP), bounds)).scalar_one_or_none() is None:
        raise FenceLost(consumer=consumer, topic=topic, partition=partition, start=start)
