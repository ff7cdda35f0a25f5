"""Rows of clocked work. Taking one deletes it in the transaction of its effects, so nothing skips or repeats it."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Due
from chassis.kernel import new_id

_PUT = text(
    "insert into due_work (id, kind, key, due_at) values (:id, :kind, :key, :due_at) on conflict (kind, key) do update "
    "set id = excluded.id, due_at = excluded.due_at, attempts = 0, retry_at = null, parked_reason = null"
)
_REMOVE = text("delete from due_work where kind = :kind and key = :key")
_TAKE = text(
    "delete from due_work where id = (select id from due_work where id = :id for update skip locked) returning true"
)


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
