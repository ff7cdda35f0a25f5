"""Keys that cannot go on: a record that will not apply is parked, and every later record of its key waits behind it.

Parking writes no inbox row, so that what is drained later is no duplicate. The row in `parked_key` is the key's lock:
a record that arrives and a drain that ends meet there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Delivery
from chassis.fence import advance
from chassis.positions import Source
from chassis.record import Record, stored_headers

DETAIL_CHARACTERS_MAX = 2_000

PARKED = Counter("pledgeboard_parked", "Keys of a domain topic that were parked: page", ["consumer", "reason"])

_PARK_KEY = text(
    "insert into parked_key (consumer, topic, key, reason, detail) values (:consumer, :topic, :key, :reason, :detail) "
    "on conflict do nothing"
)
_LOCK = text("select reason from parked_key where consumer = :consumer and topic = :topic and key = :key for update")
_PARK_RECORD = text(
    'insert into parked_record (consumer, topic, key, partition, "offset", sequence, headers, body) '
    "values (:consumer, :topic, :key, :partition, :offset, :sequence, cast(:headers as jsonb), :body)"
)
# Arrival order; only where an earlier event came late does its number go before its arrival.
_HEAD = text(
    'select p.id, p.partition, p."offset", p.key, p.headers::text as headers, p.body from parked_record p '
    "left join applied_sequence a using (consumer, topic, key) "
    "where p.consumer = :consumer and p.topic = :topic and p.key = :key "
    "order by (p.sequence = coalesce(a.last, 0) + 1) desc nulls last, p.id limit 1"
)
_TAKE = text("delete from parked_record where id = :id returning true")
_FREE = text(
    "delete from parked_key k where consumer = :consumer and topic = :topic and key = :key and not exists "
    "(select from parked_record r where r.consumer = k.consumer and r.topic = k.topic and r.key = k.key)"
)
# Claimed before it is drained: a record that ends the process must not be released again at its restart.
_CLAIM = text(
    "update parked_key set released_at = null where (consumer, topic, key) in (select consumer, topic, key "
    "from parked_key where consumer = :consumer and released_at is not null for update skip locked) "
    "returning topic, key"
)
_COUNT = text("select count(*) from parked_key where consumer = :consumer")
_RELEASE = text(
    "update parked_key set released_at = clock_timestamp() where consumer = :consumer and topic = :topic "
    "and key = :key returning true"
)
# A release that came while the drain was under way stands: what it removed may be what the drain fell over.
_KEEP = text(
    "update parked_key set reason = :reason, detail = :detail "
    "where consumer = :consumer and topic = :topic and key = :key"
)
_SKIP_NUMBER = text(
    "insert into applied_sequence as a (consumer, topic, key, last) "
    "select consumer, topic, key, sequence from parked_record where id = :id and sequence is not null "
    "on conflict (consumer, topic, key) do update set last = greatest(a.last, excluded.last)"
)

# What is lowest of the key's parked numbers, where it is not the next: everything between never came.
_GAP = text(
    "select coalesce(a.last, 0) + 1 as first, min(p.sequence) - 1 as last from parked_record p "
    "left join applied_sequence a using (consumer, topic, key) "
    "where p.consumer = :consumer and p.topic = :topic and p.key = :key "
    "group by a.last having count(*) = count(p.sequence) and min(p.sequence) > coalesce(a.last, 0) + 1"
)
_SKIP_GAP = text(
    "insert into applied_sequence as a (consumer, topic, key, last) values (:consumer, :topic, :key, :last) "
    "on conflict (consumer, topic, key) do update set last = greatest(a.last, excluded.last)"
)


class KeyFree(Exception):  # a state of the key, not an error
    """The key is parked no longer: the record is to be applied."""


class NotParked(LookupError):
    """There is nothing parked under this key, or nobody's turn."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a key was parked: a word for metrics, and the error's text for the person on duty."""

    word: str
    detail: str


async def park(connection: AsyncConnection, source: Source, record: Record, *, start: int, why: Reason) -> None:
    """Parks the record and its key, and moves the fence past it."""
    await _past(connection, source, record, start)
    await connection.execute(_PARK_KEY, _key(source, record.key) | _words(why))
    await _put(connection, source, record)
    PARKED.labels(source.consumer, why.word).inc()


async def park_behind(connection: AsyncConnection, source: Source, record: Record, *, start: int) -> str:
    """Parks the record behind its key; says why the key is parked.

    Raises:
        KeyFree: the key was drained in the meantime.
    """
    await _past(connection, source, record, start)
    reason = (await connection.execute(_LOCK, _key(source, record.key))).scalar_one_or_none()
    if reason is None:
        raise KeyFree(record.key)
    await _put(connection, source, record)
    return str(reason)


async def head(connection: AsyncConnection, *, consumer: str, topic: str, key: str) -> Mapping[Any, Any] | None:
    """The parked record whose turn it is."""
    return (await connection.execute(_HEAD, {"consumer": consumer, "topic": topic, "key": key})).mappings().first()


async def take(connection: AsyncConnection, delivery: Delivery) -> None:
    """Takes one parked record into this transaction, under its key's lock; the last one frees the key.

    Raises:
        NotParked: somebody else has drained it.
    """
    place = {"consumer": delivery.consumer, "topic": delivery.topic, "key": delivery.key}
    if (await connection.execute(_LOCK, place)).first() is None:
        raise NotParked(delivery.key)
    if (await connection.execute(_TAKE, {"id": delivery.parked_id})).first() is None:
        raise NotParked(delivery.key)
    await connection.execute(_FREE, place)


async def claim_released(connection: AsyncConnection, *, consumer: str) -> list[tuple[str, str]]:
    """Topic and key of what was released; it is the caller's to drain, once."""
    return [(row.topic, row.key) for row in (await connection.execute(_CLAIM, {"consumer": consumer})).all()]


async def count(connection: AsyncConnection, *, consumer: str) -> int:
    """How many keys are parked."""
    return int((await connection.execute(_COUNT, {"consumer": consumer})).scalar_one())


async def release(connection: AsyncConnection, *, consumer: str, topic: str, key: str) -> None:
    """A person has removed the cause: the worker drains the key in order.

    Raises:
        NotParked: the key is not parked.
    """
    place = {"consumer": consumer, "topic": topic, "key": key}
    if (await connection.execute(_RELEASE, place)).first() is None:
        raise NotParked(key)


async def discard_head(connection: AsyncConnection, *, consumer: str, topic: str, key: str) -> int:
    """A person gives up the record that holds its key: it is taken as applied without effect; says its offset.

    Raises:
        NotParked: nothing is parked under the key.
    """
    place = {"consumer": consumer, "topic": topic, "key": key}
    await connection.execute(_LOCK, place)
    found = await head(connection, consumer=consumer, topic=topic, key=key)
    if found is None:
        raise NotParked(key)
    await connection.execute(_SKIP_NUMBER, {"id": found["id"]})
    await connection.execute(_TAKE, {"id": found["id"]})
    await connection.execute(_FREE, place)
    return int(found["offset"])


async def discard_gap(connection: AsyncConnection, *, consumer: str, topic: str, key: str) -> range | None:
    """A person gives up events that never came, where the key waits for such; says their sequence numbers.

    None, and nothing is done, where no number is missing before the lowest that is parked.
    """
    place = {"consumer": consumer, "topic": topic, "key": key}
    await connection.execute(_LOCK, place)
    gap = (await connection.execute(_GAP, place)).first()
    if gap is None:
        return None
    await connection.execute(_SKIP_GAP, place | {"last": gap.last})
    return range(gap.first, gap.last + 1)


async def keep(connection: AsyncConnection, *, consumer: str, topic: str, key: str, why: Reason) -> None:
    """The drain did not get through: the key stays parked, now for this reason."""
    await connection.execute(_KEEP, {"consumer": consumer, "topic": topic, "key": key} | _words(why))


async def _past(connection: AsyncConnection, source: Source, record: Record, start: int) -> None:
    await advance(
        connection,
        consumer=source.consumer,
        topic=source.topic,
        partition=source.partition,
        start=start,
        end=record.end,
    )


async def _put(connection: AsyncConnection, source: Source, record: Record) -> None:
    row = _key(source, record.key) | {
        "partition": record.partition,
        "offset": record.offset,
        "sequence": record.sequence(),
        "headers": stored_headers(record),
        "body": record.body,
    }
    await connection.execute(_PARK_RECORD, row)


def _key(source: Source, key: str) -> dict[str, object]:
    return {"consumer": source.consumer, "topic": source.topic, "key": key}


def _words(why: Reason) -> dict[str, object]:
    return {"reason": why.word, "detail": why.detail.replace("\0", "")[:DETAIL_CHARACTERS_MAX]}
