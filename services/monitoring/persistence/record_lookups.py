"""What the rules ask about a firm's other records. The usual slice asks nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.record_ports import Asked, KnownRecords, Pledged
from monitoring.persistence.bulk import json_text
from submissions.accession import Accessions, origin
from submissions.book import Key

# Who names a key, by the key's type: the key, then the type and the key of who names it (V025).
_REFERRERS: Final = {
    "borrower": (
        """
        select borrower_id, 'contract', contract_id from contract
        where firm_id = :firm_id and not is_cancelled and borrower_id = any(:keys)
        """,
        """
        select key, record_type, record_key from record_state join unnest(cast(:keys as text[])) as asked (key)
        on belongs_to = 'borrower/' || key where firm_id = :firm_id and not is_cancelled and record_type = 'account'
        """,
    ),
    "lender": (
        """
        select lender_id, 'contract', contract_id from contract
        where firm_id = :firm_id and not is_cancelled and lender_id = any(:keys)
        """,
        """
        select key, record_type, record_key from record_state join unnest(cast(:keys as text[])) as asked (key)
        on belongs_to = 'lender/' || key where firm_id = :firm_id and not is_cancelled and record_type = 'account'
        """,
    ),
    "account": (
        """
        select key, record_type, record_key from record_state join unnest(cast(:keys as text[])) as asked (key)
        on belongs_to = 'account/' || key where firm_id = :firm_id and not is_cancelled and record_type = 'position'
        """,
    ),
    # A trade is part of its contract and is cancelled after it.
    "contract": (
        """
        select contract_id, 'collateral', contract_id || '/' || line_no from collateral_line
        where firm_id = :firm_id and not is_cancelled and contract_id = any(:keys)
        """,
        """
        select key, record_type, record_key from record_state join unnest(cast(:keys as text[])) as asked (key)
        on belongs_to = 'contract/' || key where firm_id = :firm_id and not is_cancelled and record_type = 'disposal'
        """,
        """
        select key, record_type, record_key from record_state join unnest(cast(:keys as text[])) as asked (key)
        on content->'contracts' ? key where firm_id = :firm_id and not is_cancelled and record_type = 'incident'
        """,
    ),
    "trade": (
        """
        select t.record_key, 'contract', c.contract_id from record_state t
        join contract c on c.firm_id = t.firm_id and c.contract_id = t.content->>'contract_id'
            and c.initial_trade_id = t.record_key and not c.is_cancelled
        where t.firm_id = :firm_id and t.record_type = 'trade' and t.record_key = any(:keys)
        """,
        """
        select t.record_key, 'collateral', l.contract_id || '/' || l.line_no from record_state t
        join collateral_line l on l.firm_id = t.firm_id and l.contract_id = t.content->>'contract_id'
            and l.trade_id = t.record_key and not l.is_cancelled
        where t.firm_id = :firm_id and t.record_type = 'trade' and t.record_key = any(:keys)
        """,
        """
        select t.record_key, r.record_type, r.record_key from record_state t
        join record_state r on r.firm_id = t.firm_id and r.belongs_to = t.belongs_to and r.record_type = 'trade'
            and r.content->>'refers_to' = t.record_key and not r.is_cancelled
        where t.firm_id = :firm_id and t.record_type = 'trade' and t.record_key = any(:keys)
        """,
    ),
}
_NEWEST = text(
    "select borrower_id, max(initial_date) as begun from contract "
    "where firm_id = :firm_id and not is_cancelled and borrower_id = any(:keys) group by borrower_id"
)
_CONTRACTS = text(
    "select contract_id, maturity, default_flag from contract "
    "where firm_id = :firm_id and not is_cancelled and contract_id = any(:keys)"
)
_PLEDGED = text(
    "select contract_id, market, security, cast(sum(current_quantity_e4) as bigint) as quantity_e4 "
    "from collateral_line "
    "join json_to_recordset(cast(:asked as json)) as a (contract_id text, market text, security text) "
    "using (contract_id, market, security) where firm_id = :firm_id and not is_cancelled "
    "group by contract_id, market, security"
)
_RECEIVED = text(
    'select r."offset", r.line from submission_record r '
    "join json_to_recordset(cast(:asked as json)) as a (at bigint, line integer) "
    'on a.at = r."offset" and a.line = r.line where r.firm_id = :firm_id'
)


async def look_up(connection: AsyncConnection, firm_id: str, asked: Asked) -> KnownRecords:
    """Asks what was asked."""
    maturities, defaulted = {}, set()
    for row in await _rows(connection, _CONTRACTS, firm_id, asked.contracts):
        if row.maturity is not None:
            maturities[row.contract_id] = row.maturity
        if row.default_flag:
            defaulted.add(row.contract_id)
    newest = await _rows(connection, _NEWEST, firm_id, asked.borrowers)
    return KnownRecords(
        referrers=await _referrers(connection, firm_id, asked.cancelled),
        newest_contracts={row.borrower_id: row.begun for row in newest if row.begun is not None},
        maturities=maturities,
        defaulted=defaulted,
        pledged_e4=await _pledged(connection, firm_id, asked.pledged),
        received=await _received(connection, firm_id, asked.accessions),
    )


async def _rows(connection: AsyncConnection, query: TextClause, firm_id: str, keys: Iterable[str]) -> Sequence[Any]:
    found = list(keys)
    if not found:
        return ()
    return (await connection.execute(query, {"firm_id": firm_id, "keys": found})).all()


async def _referrers(connection: AsyncConnection, firm_id: str, cancelled: Iterable[Key]) -> dict[Key, frozenset[Key]]:
    by_type: defaultdict[str, list[str]] = defaultdict(list)
    for record_type, record_key in cancelled:
        by_type[record_type].append(record_key)
    found: defaultdict[Key, set[Key]] = defaultdict(set)
    for record_type, keys in by_type.items():
        for query in _REFERRERS[record_type]:
            for row in await _rows(connection, text(query), firm_id, keys):
                found[record_type, row[0]].add((row[1], row[2]))
    return {key: frozenset(referrers) for key, referrers in found.items()}


async def _pledged(connection: AsyncConnection, firm_id: str, asked: Iterable[Pledged]) -> dict[Pledged, int]:
    names = [{"contract_id": one.contract_id, "market": one.market, "security": one.security} for one in asked]
    if not names:
        return {}
    rows = await connection.execute(_PLEDGED, {"firm_id": firm_id, "asked": json_text(names)})
    return {Pledged(row.contract_id, row.market, row.security): row.quantity_e4 or 0 for row in rows}


async def _received(connection: AsyncConnection, firm_id: str, accessions: Iterable[str]) -> frozenset[str]:
    places = [{"at": where.offset, "line": where.index} for where in map(origin, accessions)]
    if not places:
        return frozenset()
    named = Accessions(f"submissions.{firm_id}", 0)
    rows = await connection.execute(_RECEIVED, {"firm_id": firm_id, "asked": json_text(places)})
    return frozenset(named.of(row.offset, row.line) for row in rows)
