"""Rows that have served their time: inbox rows and remembered answers. In small bites, so that nobody waits for it.

Inbox rows outlive the outbox's 30 days: nothing can be sent again that is no longer known here.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

INBOX_DAYS = 90
IDEMPOTENCY_DAYS = 30
BITE_ROWS = 5_000
BITES_MAX = 20

_DELETE = (
    "delete from {table} where ctid in (select ctid from {table} "
    "where {column} < clock_timestamp() - make_interval(days => :days) limit :rows)"
)
_KEPT = (("inbox", "applied_at", INBOX_DAYS), ("idempotency", "created_at", IDEMPOTENCY_DAYS))


async def forget_what_is_old(engine: AsyncEngine) -> int:
    """Deletes what is older than it need be, a bounded number of rows; says how many."""
    forgotten = 0
    for table, column, days in _KEPT:
        for _ in range(BITES_MAX):
            async with engine.begin() as connection:
                deleted = await connection.execute(
                    text(_DELETE.format(table=table, column=column)), {"days": days, "rows": BITE_ROWS}
                )
            forgotten += deleted.rowcount
            if deleted.rowcount < BITE_ROWS:
                break
    return forgotten
