"""Many rows at once: COPY into a temporary table, then one statement; many parameters at once: as JSON text.

The tables themselves have row-level security, which COPY cannot pass; the temporary ones empty themselves at commit.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

ARRIVING = ("submission_record", "contract", "collateral_line")
_CREATE = "; ".join(
    f"create temporary table if not exists arriving_{table} (like {table}) on commit delete rows" for table in ARRIVING
)


async def prepare_arriving(connection: AsyncConnection) -> None:
    """Makes sure that this session has its temporary tables.

    Comes after the transaction's first statement: a driver's call before it would be a transaction of its own.
    """
    await (await driver(connection)).execute(_CREATE)


async def copy_arriving(
    connection: AsyncConnection, table: str, *, columns: Sequence[str], rows: Collection[Sequence[object]]
) -> None:
    """Copies rows into the temporary twin of a table."""
    await (await driver(connection)).copy_records_to_table(f"arriving_{table}", records=rows, columns=list(columns))


def json_text(value: object) -> str:
    """A collection as one parameter. The driver spends more on each element of an array than the query itself does.

    Raises:
        ValueError: a text is none (half a surrogate pair): data of the record, as the driver would say.
    """
    return msgspec.json.encode(value).decode()


async def driver(connection: AsyncConnection) -> Any:  # asyncpg's connection
    """The driver's own connection, for what only it can do."""
    return (await connection.get_raw_connection()).driver_connection
