"""Rows of clocked work. Taking one deletes it in the transaction of its effects, so nothing skips or repeats it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Due
from chassis.clock import ClockSetting, local
from chassis.kernel import new_id

_PUT = text(
    "insert into due_work (id, kind, key, due_at) values (:id, :kind, :key, :due_at) on conflict (kind, key) do update "
    "set id = excluded.id, due_at = excluded.due_at, attempts = 0, retry_at = null, parked_reason = null"
)
_REMOVE = text("delete from due_work where kind = :kind and key = :key")
_TAKE = text(
    "delete from due_work where id = (select id from due_work where id = :id for update skip locked) returning true"
)
# A claim lasts a little: whoever dies with it leaves the row to the next, and the claim has counted the attempt.
_CLAIM = (
    "update due_work set attempts = attempts + 1, retry_at = clock_timestamp() + make_interval(secs => {seconds}) "
    "where id = (select id from due_work where kind = any(:kinds) and due_at <= {now} and parked_reason is null "
    "and (retry_at is null or retry_at <= clock_timestamp()) order by due_at limit 1 for update skip locked) "
    "returning id, kind, key, due_at, attempts"
)
_POSTPONE = text(
    "update due_work set retry_at = clock_timestamp() + make_interval(secs => :seconds), "
    "attempts = attempts - :forgiven where id = :id"
)
_PARK = text("update due_work set parked_reason = :reason where id = :id")
_RELEASE = text(
    "update due_work set parked_reason = null, attempts = 0, retry_at = null "
    "where kind = :kind and key = :key and parked_reason is not null returning id"
)
_DISCARD = text("delete from due_work where kind = :kind and key = :key and parked_reason is not null returning due_at")
CLAIM_S = 10


class NothingParked(LookupError):
    """No clocked work of this kind and key is parked."""


class DueTaken(Exception):  # another process was quicker, or the row was replaced
    """The row is in other hands, done, or no longer wanted."""


async def put(connection: AsyncConnection, *, kind: str, key: str, due_at: datetime) -> None:
    """Schedules work; the same kind and key replace what was scheduled before."""
    await connection.execute(_PUT, {"id": new_id(), "kind": kind, "key": key, "due_at": due_at})


async def remove(connection: AsyncConnection, *, kind: str, key: str) -> None:
    """Takes scheduled work back; nothing happens if there is none."""
    await connection.execute(_REMOVE, {"kind": kind, "key": key})


async def take(connection: AsyncConnection, due: Due) -> None:
    """Takes one row for this transaction.

    Raises:
        DueTaken: it is not there to be taken.
    """
    if (await connection.execute(_TAKE, {"id": due.id})).scalar_one_or_none() is None:
        raise DueTaken(f"{due.kind}:{due.key}")


async def claim(connection: AsyncConnection, *, kinds: Sequence[str], clock: ClockSetting) -> tuple[Due, int] | None:
    """The next row whose time has come by the clock port, and how often it was tried, this time included."""
    query = text(_CLAIM.format(seconds=CLAIM_S, now=clock.expression))
    row = (await connection.execute(query, {"kinds": list(kinds)})).first()
    if row is None:
        return None
    return Due(id=row.id, kind=row.kind, key=row.key, due_at=local(row.due_at)), row.attempts


async def postpone(connection: AsyncConnection, due: Due, *, seconds: float, forgiven: bool) -> None:
    """Tries it again later; a forgiven attempt does not count."""
    await connection.execute(_POSTPONE, {"id": due.id, "seconds": seconds, "forgiven": int(forgiven)})


async def park(connection: AsyncConnection, due: Due, *, reason: str) -> None:
    """Leaves it to a person."""
    await connection.execute(_PARK, {"id": due.id, "reason": reason})


async def release(connection: AsyncConnection, *, kind: str, key: str) -> None:
    """A person has removed the cause: the work is tried afresh, with all its attempts.

    Raises:
        NothingParked: it is not parked.
    """
    if (await connection.execute(_RELEASE, {"kind": kind, "key": key})).first() is None:
        raise NothingParked(f"{kind}:{key}")


async def discard(connection: AsyncConnection, *, kind: str, key: str) -> datetime:
    """A person gives the work up; says when it was due.

    Raises:
        NothingParked: it is not parked.
    """
    row = (await connection.execute(_DISCARD, {"kind": kind, "key": key})).first()
    if row is None:
        raise NothingParked(f"{kind}:{key}")
    return local(row.due_at)
