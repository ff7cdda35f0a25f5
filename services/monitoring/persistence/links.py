"""Linking on Postgres: what arrived since, what stands, and who waits for what."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from monitoring.application.link_ports import Arrivals, Arrived, LinkChanges
from monitoring.domain.accepted_state import COLLATERAL, CONTRACT, STATEFUL
from monitoring.domain.linking import Name, Standing
from monitoring.persistence.bulk import json_text
from monitoring.persistence.found_names import found_names
from monitoring.persistence.typed_states import typed_states
from submissions.book import Key
from submissions.dictionary import types
from submissions.outcome import Outcome

_UNFINISHED = text(
    """
    select f.firm_id from firm f left join link_progress p on p.firm_id = f.firm_id
    where exists (select from link_again a where a.firm_id = f.firm_id)
       or coalesce(p.next_offset, 0) < coalesce(
           (select s."end" from intake_slice s where s.firm_id = f.firm_id order by s.start desc limit 1), 0)
    order by f.firm_id
    """
)
_RUN = text(
    """
    select coalesce((select next_offset from link_progress where firm_id = :firm_id), 0) as start,
        coalesce((select "end" from intake_slice where firm_id = :firm_id order by start desc limit 1), 0) as "end",
        exists (select from link_again where firm_id = :firm_id) as again
    """
)
_ARRIVED: Final = (
    'select "offset", line, record_type, record_key, sequence, outcome, business_date from submission_record '
    "where firm_id = :firm_id and outcome in ('ACCEPTED', 'ACCEPTED_WARN') and record_type <> all(:controls) "
)
_SINCE = text(f'{_ARRIVED} and "offset" >= :start and "offset" < :end order by "offset", line limit :most')
_AGAIN = text(
    f'{_ARRIVED} and ("offset", line) in '  # noqa: S608  # our own constant
    '(select "offset", line from link_again where firm_id = :firm_id) order by "offset", line'
)
_CONTRACTS = text(
    "select contract_id, is_cancelled, ended_on, borrower_id, lender_id, initial_trade_id, default_flag from contract "
    "where firm_id = :firm_id and contract_id = any(array(select json_array_elements_text(cast(:keys as json))))"
)
_LINES = text(
    "select contract_id, line_no, is_cancelled, ended_on, trade_id, market, security, line_kind from collateral_line "
    "join json_to_recordset(cast(:keys as json)) as asked (contract_id text, line_no integer) "
    "using (contract_id, line_no) where firm_id = :firm_id"
)
_AWAITING = text(
    """
    with hit as (
        select distinct record_type, record_key from awaited_record where firm_id = :firm_id
        and wanted = any(array(select json_array_elements_text(cast(:names as json))))
    )
    select record_type, record_key, wanted from awaited_record join hit using (record_type, record_key)
    where firm_id = :firm_id
    """
)
_FORGET_KEYS = text(
    "delete from awaited_record a using json_to_recordset(cast(:keys as json)) "
    "as k (record_type text, record_key text) "
    "where a.firm_id = :firm_id and a.record_type = k.record_type and a.record_key = k.record_key"
)
_FORGET_NAMES = text(
    "delete from awaited_record where firm_id = :firm_id "
    "and wanted = any(array(select json_array_elements_text(cast(:names as json))))"
)
_AWAIT = text(
    "insert into awaited_record (firm_id, record_type, record_key, wanted) "
    "select cast(:firm_id as text), record_type, record_key, wanted from json_to_recordset(cast(:rows as json)) "
    "as r (record_type text, record_key text, wanted text) on conflict do nothing"
)
_UNLINKED = text(
    'insert into unlinked_record (firm_id, "offset", line, record_type, record_key, sequence, outcome, business_date, '
    'since) select cast(:firm_id as text), "offset", line, record_type, record_key, sequence, outcome, business_date, '
    'cast(:at as timestamptz) from json_to_recordset(cast(:rows as json)) as r ("offset" bigint, line integer, '
    "record_type text, record_key text, sequence bigint, outcome text, business_date date) on conflict do nothing"
)
_LINKED = text(
    "update unlinked_record u set linked_at = :at from json_to_recordset(cast(:keys as json)) "
    "as k (record_type text, record_key text) where u.firm_id = :firm_id and u.linked_at is null "
    "and u.record_type = k.record_type and u.record_key = k.record_key "
    'returning u."offset", u.line, u.record_type, u.record_key, u.sequence, u.outcome, u.business_date'
)
_PROGRESS = text(
    "insert into link_progress (firm_id, next_offset) values (:firm_id, :next) "
    "on conflict (firm_id) do update set next_offset = excluded.next_offset"
)
_DONE_AGAIN = text("delete from link_again where firm_id = :firm_id")
_LINK_AGAIN = text(
    'insert into link_again (firm_id, "offset", line) values (:firm_id, :offset, :line) on conflict do nothing'
)


class PostgresLinks:
    """`Links` on Postgres. The caller holds the firm's row."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def arrived(self, firm_id: str, *, most: int) -> Arrivals | None:
        """The next records to be linked."""
        run = (await self._connection.execute(_RUN, {"firm_id": firm_id})).one()
        if run.start >= run.end and not run.again:
            return None
        # Records that waited for reference data come once, among the next ones: they are few.
        again = await self._arrived(_AGAIN, firm_id) if run.again else []
        since = await self._arrived(_SINCE, firm_id, start=run.start, end=run.end, most=most)
        end = run.end
        if len(since) == most:
            # The last message may have more records: it is taken whole, this time or the next one.
            last = since[-1].offset
            if since[0].offset == last:
                since = await self._arrived(_SINCE, firm_id, start=last, end=last + 1, most=None)
                end = last + 1
            else:
                since = [one for one in since if one.offset < last]
                end = last
        every = {(one.offset, one.line): one for one in (*again, *since)}
        return Arrivals(start=run.start, end=max(run.start, end), records=list(every.values()))

    async def standings(self, firm_id: str, keys: Collection[Key]) -> Mapping[Key, Standing]:
        """The states of keys, as far as linking asks."""
        typed = await typed_states(self._connection, firm_id, [one for one in keys if one[0] not in STATEFUL])
        found = {
            key: Standing(one.content, is_cancelled=one.is_cancelled, has_ended=one.ended_on is not None)
            for key, one in typed.items()
        }
        contracts = [key for record_type, key in keys if record_type == CONTRACT]
        if contracts:
            rows = await self._connection.execute(_CONTRACTS, {"firm_id": firm_id, "keys": json_text(contracts)})
            found |= {(CONTRACT, row.contract_id): _standing(row) for row in rows}
        lines = [_line_parts(key) for record_type, key in keys if record_type == COLLATERAL]
        if lines:
            rows = await self._connection.execute(_LINES, {"firm_id": firm_id, "keys": json_text(lines)})
            found |= {(COLLATERAL, f"{row.contract_id}/{row.line_no}"): _standing(row) for row in rows}
        return found

    async def present(self, firm_id: str, names: Collection[Name]) -> set[Name]:
        """Which of these names a state offers that was not cancelled."""
        return await found_names(self._connection, firm_id, names)

    async def awaiting(self, firm_id: str, names: Collection[Name]) -> Mapping[Key, frozenset[str]]:
        """The keys that wait for one of these names."""
        if not names:
            return {}
        waiting: defaultdict[Key, set[str]] = defaultdict(set)
        parameters = {"firm_id": firm_id, "names": json_text([str(one) for one in names])}
        for row in await self._connection.execute(_AWAITING, parameters):
            waiting[row.record_type, row.record_key].add(row.wanted)
        return {key: frozenset(wanted) for key, wanted in waiting.items()}

    async def keep(self, changes: LinkChanges) -> list[Arrived]:
        """Writes a step; answers the records that waited and are linked now."""
        firm = {"firm_id": changes.firm_id}
        if changes.missing:
            await self._connection.execute(_FORGET_KEYS, firm | {"keys": _keys(changes.missing)})
        if changes.offered:
            names = json_text([str(one) for one in changes.offered])
            await self._connection.execute(_FORGET_NAMES, firm | {"names": names})
        await self._await(changes)
        linked: list[Arrived] = []
        if changes.linked:
            rows = await self._connection.execute(_LINKED, firm | {"keys": _keys(changes.linked), "at": changes.at})
            linked = sorted(_arrived(row) for row in rows)
        await self._connection.execute(_PROGRESS, firm | {"next": changes.arrivals.end})
        await self._connection.execute(_DONE_AGAIN, firm)
        return linked

    async def again(self, firm_id: str, places: Collection[tuple[int, int]]) -> None:
        """Has records linked that were accepted after their offsets had been passed."""
        if places:
            rows = [{"firm_id": firm_id, "offset": offset, "line": line} for offset, line in places]
            await self._connection.execute(_LINK_AGAIN, rows)

    async def _await(self, changes: LinkChanges) -> None:
        rows = [
            {"record_type": record_type, "record_key": record_key, "wanted": str(name)}
            for (record_type, record_key), names in changes.missing.items()
            for name in names
        ]
        if rows:
            firm = {"firm_id": changes.firm_id}
            await self._connection.execute(_AWAIT, firm | {"rows": json_text(rows)})
            unlinked = json_text([one._asdict() for one in changes.unlinked])
            await self._connection.execute(_UNLINKED, firm | {"rows": unlinked, "at": changes.at})

    async def _arrived(self, query: Any, firm_id: str, **parameters: object) -> list[Arrived]:  # a text clause
        controls = [name for name, one in types().items() if one.is_control]
        rows = await self._connection.execute(query, {"firm_id": firm_id, "controls": controls, **parameters})
        return [_arrived(row) for row in rows]


async def firms_to_link(database: Database) -> list[str]:
    """Firms with records left to link, whichever process was to link them."""
    async with database.reading(Cause(subject=SYSTEM, operation="monitoring.firms_to_link")) as session:
        return list((await session.connection.execute(_UNFINISHED)).scalars())


def _keys(keys: Iterable[Key]) -> str:
    return json_text([{"record_type": record_type, "record_key": key} for record_type, key in keys])


def _line_parts(record_key: str) -> dict[str, object]:
    contract_id, _, line = record_key.rpartition("/")
    return {"contract_id": contract_id, "line_no": int(line)}


def _standing(row: Row[Any]) -> Standing:
    return Standing(row._asdict(), is_cancelled=row.is_cancelled, has_ended=row.ended_on is not None)


def _arrived(row: Row[Any]) -> Arrived:
    return Arrived(
        row.offset, row.line, row.record_type, row.record_key, row.sequence, Outcome(row.outcome), row.business_date
    )
