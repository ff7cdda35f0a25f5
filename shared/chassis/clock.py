"""The one clock port: the database's clock, plus an offset that only the local stack and tests can set."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.kernel import SHANGHAI

OFFSET_ENVIRONMENTS = frozenset({"local", "test"})

_CREATE_TABLE = (
    "create table if not exists platform.clock "
    "(offset_seconds double precision not null, one boolean primary key default true check (one))"
)
# What the local stack and the tests run once per database, as its administrator.
CREATE_CLOCK = (
    "create schema if not exists platform",
    _CREATE_TABLE,
    "insert into platform.clock (offset_seconds) values (0) on conflict do nothing",
    "grant usage on schema platform to public",
    "grant select on platform.clock to public",
)
SET_CLOCK = "update platform.clock set offset_seconds = {seconds}"


class ClockOffsetRefused(RuntimeError):
    """A database that serves people has an offset table: its business days could be moved."""


@dataclass(frozen=True, kw_only=True)
class ClockSetting:
    """Whether the offset is read. Tokens, sessions and append times never follow it."""

    environment: str

    @property
    def follows_offset(self) -> bool:
        """Whether this environment may shift its days."""
        return self.environment in OFFSET_ENVIRONMENTS

    @property
    def expression(self) -> str:
        """The business time as SQL."""
        if self.follows_offset:
            return "clock_timestamp() + make_interval(secs => (select offset_seconds from platform.clock))"
        return "clock_timestamp()"

    async def read(self, connection: AsyncConnection) -> datetime:
        """The business time now, in Shanghai."""
        return local((await connection.execute(text(f"select {self.expression}"))).scalar_one())

    async def verify(self, connection: AsyncConnection) -> None:
        """Refuses to run on a database whose days can be moved, outside local and test.

        Raises:
            ClockOffsetRefused: the offset table exists where it must not.
        """
        found = (await connection.execute(text("select to_regclass('platform.clock')"))).scalar_one()
        if found is not None and not self.follows_offset:
            raise ClockOffsetRefused(self.environment)


def local(moment: datetime) -> datetime:
    """The same moment as Shanghai's clocks show it."""
    return moment.astimezone(SHANGHAI)
