"""The relay's lease: one active relay per schema, held by the very session that reads and marks what is sent."""

from typing import Any, Self

import asyncpg

from chassis.database import Database
from chassis.failures import sqlstate

STANDBY_POLL_S = 0.2
_KEY = "hashtext('pledgeboard.relay'), hashtext(current_schema())"
_TAKE = f"select pg_try_advisory_lock({_KEY})"
# Advisory keys stand in pg_locks as unsigned numbers.
_HELD = (
    "select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted "
    "and classid = (hashtext('pledgeboard.relay')::bigint & 4294967295)::oid "
    "and objid = (hashtext(current_schema())::bigint & 4294967295)::oid)"
)


class LeaseLost(Exception):  # the server took it back: an expected end
    """The session that held the lock is gone: another relay may be active."""


class Lease:
    """A session with the lock in it. Everything the active relay does with the database goes through it.

    Under SIGSTOP the kernel keeps the session and its lock alive; the server ends it after `idle_session_timeout`,
    and whoever wakes up finds its lease lost before it sends anything.
    """

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    @classmethod
    async def open(cls, database: Database) -> Self:
        """A session of its own, without the lock yet."""
        return cls(await database.connect_alone())

    async def take(self) -> bool:
        """Takes the lock if nobody holds it."""
        return bool(await self._connection.fetchval(_TAKE))

    async def check(self) -> None:
        """Asks the server whether the lock is still ours; also keeps the session from falling idle.

        Raises:
            LeaseLost: it is not, or the session is gone.
        """
        if not await self.fetchval(_HELD):
            raise LeaseLost("the advisory lock is not held")

    async def fetch(self, query: str, *arguments: Any) -> "list[asyncpg.Record]":  # as the driver
        """Rows, read by the session that holds the lock."""
        with _loss():
            return await self._connection.fetch(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:  # as the driver
        """One value, read by the session that holds the lock."""
        with _loss():
            return await self._connection.fetchval(query, *arguments)

    async def execute(self, query: str, *arguments: Any) -> None:  # as the driver
        """A change, made by the session that holds the lock."""
        with _loss():
            await self._connection.execute(query, *arguments)

    async def close(self) -> None:
        """Ends the session, and the lock with it."""
        try:
            await self._connection.close(timeout=1)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._connection.terminate()


class _loss:  # noqa: N801  # reads as a statement
    """Says that the lease is lost where the driver says that the session is."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OSError | asyncpg.InterfaceError) or (sqlstate(error) or "")[:2] in {"08", "57"}:
            raise LeaseLost(str(error)) from error
