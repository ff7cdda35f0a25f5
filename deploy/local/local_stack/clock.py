"""Moves the business clock of a local or test database: the one setting that all services read."""

from datetime import datetime

import asyncpg

from chassis.kernel import SHANGHAI
from local_stack.database_setup import run_in_own_loop

_TIMEOUT_S = 5
_SET = "update platform.clock set offset_seconds = coalesce(extract(epoch from $1::timestamptz - clock_timestamp()), 0)"
_READ = "select clock_timestamp() + make_interval(secs => offset_seconds) from platform.clock"


def set_clock(database_url: str, moment: datetime | None) -> datetime:
    """Sets the clock to a moment, or back to the real one (None); answers the business time, in Shanghai."""
    return run_in_own_loop(_set_clock(database_url, moment))


async def _set_clock(database_url: str, moment: datetime | None) -> datetime:
    connection = await asyncpg.connect(database_url, timeout=_TIMEOUT_S, command_timeout=_TIMEOUT_S)
    try:
        await connection.execute(_SET, moment)
        now: datetime = await connection.fetchval(_READ)
    finally:
        await connection.close()
    return now.astimezone(SHANGHAI)
