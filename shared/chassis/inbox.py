"""The consumer's door: offset fence, inbox row and order per key, settled in one statement of the transaction."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Delivery
from chassis.fence import SWAP, FenceLost

_SEEN = (
    "insert into inbox (consumer, event_id, topic, key, sequence) "
    "select :consumer, cast(:event_id as text), :topic, :key, cast(:sequence as bigint) "
)
_APPLIED = (
    "insert into applied_sequence as a (consumer, topic, key, last) "
    "select :consumer, :topic, :key, cast(:sequence as bigint) where exists (select from seen) "
    "and (cast(:sequence as bigint) = 1 or exists "
    "(select from applied_sequence where consumer = :consumer and topic = :topic and key = :key)) "
    "on conflict (consumer, topic, key) do update set last = excluded.last where a.last = excluded.last - 1 "
    "returning true"
)
# The lock on parked_key meets the drain's: a record either waits behind its key or comes after the drain.
_ENTER = text(
    f"with fence as ({SWAP}), "  # noqa: S608  # constants of the chassis
    "parked as (select true from parked_key where consumer = :consumer and topic = :topic and key = :key for update), "
    f"seen as ({_SEEN} where exists (select from fence) and not exists (select from parked) "
    f"on conflict do nothing returning true), applied as ({_APPLIED}) "
    "select exists (select from fence) as fence, exists (select from parked) as parked, "
    "exists (select from seen) as seen, exists (select from applied) as applied"
)
_ENTER_AGAIN = text(
    f"with seen as ({_SEEN} on conflict do nothing returning true), applied as ({_APPLIED}) "  # noqa: S608  # the same
    "select exists (select from seen) as seen, exists (select from applied) as applied"
)


class AlreadyApplied(Exception):  # a duplicate is expected
    """The event was applied before."""


class KeyParked(Exception):  # a state of the key, not an error of the record
    """An earlier record of the key is parked: this one waits behind it."""


class OutOfSequence(Exception):  # judged by the consumer like any other failure of a record
    """The event is not the next of its key: 1..n must hold."""


async def enter(connection: AsyncConnection, delivery: Delivery) -> None:
    """Admits one record into this transaction.

    Raises:
        FenceLost: the stored offset is not where this consumer believes.
        KeyParked: the record must wait behind its key.
        AlreadyApplied: a duplicate; only the offset is to be moved.
        OutOfSequence: an earlier event of the key is missing, or another event bears the same number.
    """
    row = (await connection.execute(_ENTER, _parameters(delivery))).one()
    if not row.fence:
        raise FenceLost(
            consumer=delivery.consumer, topic=delivery.topic, partition=delivery.partition, start=delivery.start
        )
    if row.parked:
        raise KeyParked(delivery.key)
    _judge(delivery, seen=row.seen, applied=row.applied)


async def enter_again(connection: AsyncConnection, delivery: Delivery) -> None:
    """Admits a parked record, whose offset was moved past when it was parked and whose key's lock is held.

    Raises:
        AlreadyApplied: a duplicate.
        OutOfSequence: as for `enter`.
    """
    parameters = _parameters(delivery)
    for fence_only in ("partition", "start", "end"):
        del parameters[fence_only]
    row = (await connection.execute(_ENTER_AGAIN, parameters)).one()
    _judge(delivery, seen=row.seen, applied=row.applied)


def _judge(delivery: Delivery, *, seen: bool, applied: bool) -> None:
    if not seen:
        raise AlreadyApplied(delivery.event_id)
    if not applied:
        raise OutOfSequence(f"{delivery.topic} {delivery.key}: {delivery.sequence} is not the next")


def _parameters(delivery: Delivery) -> dict[str, object]:
    return {
        "consumer": delivery.consumer,
        "topic": delivery.topic,
        "partition": delivery.partition,
        "start": delivery.start,
        "end": delivery.end,
        "key": delivery.key,
        "event_id": delivery.event_id,
        "sequence": delivery.sequence,
    }
