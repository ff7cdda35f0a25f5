"""Current valuations and borrowers' levels; written in batches, for row security forbids COPY into their tables."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.domain.borrower import Standing, standing
from monitoring.domain.valuation import ValuedContract

_FIELDS = ValuedContract._fields
_COLUMNS = ", ".join(_FIELDS)
_ASSIGNMENTS = ", ".join(f"{one} = excluded.{one}" for one in _FIELDS if one != "contract_id")

_OF = text(f"select {_COLUMNS} from contract_valuation where firm_id = :firm_id and contract_id = any(:ids)")  # noqa: S608  # columns of our own type
_EVERYTHING = text(f"select {_COLUMNS} from contract_valuation where firm_id = :firm_id")  # noqa: S608  # the same
_MEMBERS = text("select contract_id from contract_valuation where firm_id = :firm_id and merge_group_id = any(:groups)")
_STAGE = text(
    "create temporary table if not exists valued (like contract_valuation including defaults) on commit delete rows"
)
_CLEAR = text("delete from valued")
_MERGE = text(
    f"insert into contract_valuation (firm_id, {_COLUMNS}) select firm_id, {_COLUMNS} from valued "  # noqa: S608  # the same
    f"on conflict (firm_id, contract_id) do update set {_ASSIGNMENTS}"
)
_ABSENT = text(
    "delete from contract_valuation where firm_id = :firm_id and not (contract_id = any(cast(:ids as text[])))"
)
_GONE = text("delete from contract_valuation where firm_id = :firm_id and contract_id = any(:ids)")
_STANDINGS = text(
    """
    select borrower_id, array_agg(distinct coalesce(level_code, -1)) as codes from contract_valuation
    where firm_id = :firm_id and (cast(:ids as text[]) is null or borrower_id = any(:ids)) group by borrower_id
    """
)
_KEEP_STANDINGS = text(
    """
    insert into borrower_level (firm_id, borrower_id, level_code, partial, business_date)
    select :firm_id, borrower_id, nullif(code, -1), partial, :day
    from unnest(cast(:ids as text[]), cast(:codes as int[]), cast(:partials as boolean[]))
        as found (borrower_id, code, partial)
    on conflict (firm_id, borrower_id) do update
    set level_code = excluded.level_code, partial = excluded.partial, business_date = excluded.business_date
    """
)
_FORGET_STANDINGS = text(
    "delete from borrower_level where firm_id = :firm_id and not (borrower_id = any(cast(:ids as text[])))"
)
_UNKNOWN = -1
# One statement stays well within the database's command timeout, however large the firm.
ROWS_MAX = 10_000


class PostgresValuations:
    """`Valuations` on `contract_valuation` and `borrower_level`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, firm_id: str, contract_ids: Collection[str]) -> list[ValuedContract]:
        """The valuations kept for these contracts."""
        rows = await self._connection.execute(_OF, {"firm_id": firm_id, "ids": list(contract_ids)})
        return [valued_of(row) for row in rows]

    async def everything(self, firm_id: str) -> list[ValuedContract]:
        """The whole book as kept."""
        rows = (await self._connection.execute(_EVERYTHING, {"firm_id": firm_id})).all()
        return await asyncio.to_thread(lambda: [valued_of(row) for row in rows])

    async def members(self, firm_id: str, groups: Collection[str]) -> set[str]:
        """The contracts kept under these merge groups."""
        if not groups:
            return set()
        rows = await self._connection.execute(_MEMBERS, {"firm_id": firm_id, "groups": list(groups)})
        return set(rows.scalars())

    async def replace(self, firm_id: str, *, changed: Sequence[ValuedContract], gone: Collection[str]) -> None:
        """Writes what changed and removes what is no longer open."""
        if gone:
            await self._connection.execute(_GONE, {"firm_id": firm_id, "ids": list(gone)})
        if changed:
            await self._stage(firm_id, changed)
            await self._connection.execute(_MERGE)

    async def replace_everything(self, firm_id: str, valued: Sequence[ValuedContract]) -> None:
        """Writes the whole book of a firm anew."""
        for at in range(0, len(valued), ROWS_MAX):
            await self._stage(firm_id, valued[at : at + ROWS_MAX])
            await self._connection.execute(_MERGE)
        await self._connection.execute(_ABSENT, {"firm_id": firm_id, "ids": [one.contract_id for one in valued]})

    async def standings(self, firm_id: str, borrower_ids: Collection[str] | None) -> dict[str, Standing]:
        """The standing of borrowers by the valuations kept."""
        ids = None if borrower_ids is None else list(borrower_ids)
        rows = await self._connection.execute(_STANDINGS, {"firm_id": firm_id, "ids": ids})
        return {row.borrower_id: standing(None if code == _UNKNOWN else code for code in row.codes) for row in rows}

    async def keep_standings(self, firm_id: str, standings: Mapping[str, Standing], *, day: date, whole: bool) -> None:
        """Keeps borrowers' levels."""
        ids = list(standings)
        parameters = {
            "firm_id": firm_id,
            "day": day,
            "ids": ids,
            "codes": [_UNKNOWN if one.code is None else one.code for one in standings.values()],
            "partials": [one.partial for one in standings.values()],
        }
        await self._connection.execute(_KEEP_STANDINGS, parameters)
        if whole:
            await self._connection.execute(_FORGET_STANDINGS, {"firm_id": firm_id, "ids": ids})

    async def _stage(self, firm_id: str, valued: Iterable[ValuedContract]) -> None:
        await self._connection.execute(_STAGE)
        await self._connection.execute(_CLEAR)
        raw = await self._connection.get_raw_connection()
        driver: Any = raw.driver_connection
        records = [(firm_id, *one) for one in valued]
        await driver.copy_records_to_table("valued", records=records, columns=["firm_id", *_FIELDS])


def valued_of(row: Row[Any] | tuple[Any, ...]) -> ValuedContract:
    """A kept row as the domain knows it."""
    *plain, missing, stale_days, accessions = tuple(row)
    return ValuedContract._make((*plain, tuple(missing), stale_days, tuple(accessions)))
