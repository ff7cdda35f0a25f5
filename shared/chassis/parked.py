"""The way out of parking: a person looks, and releases or gives up. One unit of work each, with its audit row.

What runs picks a release up by itself: the relay with its next look at the outbox, a worker with its next look at
what was released, the schedules with their next look at what is due.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping, text

from chassis import due_work, outbox_exit, parking
from chassis.cause import Cause, Subject
from chassis.clock import local
from chassis.database import Database
from chassis.due_work import NothingParked
from chassis.kernel import Fact
from chassis.parking import NotParked
from chassis.unit_of_work import UnitOfWork
from events.base import Event

What = Literal["consumer", "relay", "schedule"]
LISTED_MAX = 500

_LIST = text(
    "select 'consumer' as what, consumer, topic, key, reason || ': ' || detail as reason, since, released_at, "
    "(select count(*) from parked_record r where (r.consumer, r.topic, r.key) = (k.consumer, k.topic, k.key)) "
    "as waiting from parked_key k "
    "union all select 'relay', null, topic, key, reason, since, null, "
    "(select count(*) from outbox o where o.topic = p.topic and coalesce(o.key, '') = p.key and o.sent_at is null) "
    "from outbox_parked_key p "
    "union all select 'schedule', null, kind, key, parked_reason, due_at, null, 1 "
    "from due_work where parked_reason is not null "
    "order by since, key limit :limit"
)


class NothingThere(LookupError):
    """Nothing is parked in this place."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One key that waits. `consumer` belongs to a consumer's; the topic of clocked work is its kind."""

    what: What
    topic: str
    key: str
    consumer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One place, why it waits, since when (clocked work: when it was due), and how many wait there."""

    place: Place
    reason: str
    since: datetime
    released: bool
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided, and why; both stand in the audit row."""

    operator: str
    reason: str


async def waiting(database: Database) -> Sequence[Waiting]:
    """What is parked in the service's schema, longest first, up to `LISTED_MAX`."""
    async with database.engine.connect() as connection:
        rows = (await connection.execute(_LIST, {"limit": LISTED_MAX})).mappings().all()
    return [_waiting(row) for row in rows]


async def release(database: Database, place: Place, decision: Decision) -> None:
    """The cause is removed: what waits in this place goes on in order.

    Raises:
        NothingThere: nothing is parked there.
    """
    async with UnitOfWork(database, _cause("parked.release", decision), translate=_nothing_said) as work:
        work.note(**_details(place, decision))
        await _release(work, place)


async def discard(database: Database, place: Place, decision: Decision) -> str:
    """Gives up what holds the place, and releases what waits behind it; says what was given up.

    Raises:
        NothingThere: nothing is parked there.
    """
    async with UnitOfWork(database, _cause("parked.discard", decision), translate=_nothing_said) as work:
        given_up = await _discard(work, place)
        work.note(**_details(place, decision), given_up=given_up)
    return given_up


async def _release(work: UnitOfWork, place: Place) -> None:
    try:
        if place.what == "consumer":
            await parking.release(work.connection, consumer=place.consumer or "", topic=place.topic, key=place.key)
        elif place.what == "relay":
            await outbox_exit.release(work.connection, topic=place.topic, key=place.key)
        else:
            await due_work.release(work.connection, kind=place.topic, key=place.key)
    except (NotParked, NothingParked) as nothing:
        raise NothingThere(place.key) from nothing


async def _discard(work: UnitOfWork, place: Place) -> str:
    try:
        if place.what == "consumer":
            return await _discard_of_consumer(work, place)
        if place.what == "relay":
            row = await outbox_exit.discard_head(work.connection, topic=place.topic, key=place.key)
            return f"event {row.event_id}, sequence {row.sequence}"
        due_at = await due_work.discard(work.connection, kind=place.topic, key=place.key)
    except (NotParked, NothingParked) as nothing:
        raise NothingThere(place.key) from nothing
    return f"due {due_at.isoformat()}"


async def _discard_of_consumer(work: UnitOfWork, place: Place) -> str:
    """The missing numbers where the key waits for such, else the record at its head; the rest is released."""
    of_key = {"consumer": place.consumer or "", "topic": place.topic, "key": place.key}
    gap = await parking.discard_gap(work.connection, **of_key)
    if gap is not None:
        await parking.release(work.connection, **of_key)
        return f"sequence {gap.start} to {gap.stop - 1}, which never came"
    offset = await parking.discard_head(work.connection, **of_key)
    if await parking.head(work.connection, **of_key) is not None:
        await parking.release(work.connection, **of_key)
    return f"offset {offset}"


def _cause(operation: str, decision: Decision) -> Cause:
    return Cause(subject=Subject(user_id=f"operator:{decision.operator}", roles=frozenset()), operation=operation)


def _details(place: Place, decision: Decision) -> dict[str, object]:
    named = {"what": place.what, "consumer": place.consumer, "topic": place.topic, "key": place.key}
    return {**{name: value for name, value in named.items() if value is not None}, "reason": decision.reason}


def _waiting(row: RowMapping) -> Waiting:
    place = Place(what=row["what"], consumer=row["consumer"], topic=row["topic"], key=row["key"])
    return Waiting(
        place=place,
        reason=row["reason"],
        since=local(row["since"]),
        released=row["released_at"] is not None,
        waiting=row["waiting"],
    )


def _nothing_said(fact: Fact) -> Iterable[Event]:
    raise TypeError(fact)
