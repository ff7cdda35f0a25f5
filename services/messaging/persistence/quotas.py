"""How often somebody did something in this minute or day: one row for each, counted under its lock."""

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.domain.limits import Allowance
from messaging.persistence import tables

_TABLE = tables.quota


class QuotaTable:
    """The row of a new minute takes the place of the last one's: nothing piles up."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def use(self, allowed: Allowance, *, subject: str, participant_id: str) -> int:
        """Counts one more use; it stands only if the transaction does."""
        row = {
            "counted": allowed.counted,
            "subject": subject,
            "participant_id": participant_id,
            "begins": allowed.begins,
            "used": 1,
        }
        statement = insert(_TABLE).values(row)
        same = _TABLE.c.begins == statement.excluded.begins
        counted = await self._connection.execute(
            statement.on_conflict_do_update(
                constraint="quota_pkey",
                set_={"begins": statement.excluded.begins, "used": case((same, _TABLE.c.used + 1), else_=1)},
            ).returning(_TABLE.c.used)
        )
        return int(counted.scalar_one())
