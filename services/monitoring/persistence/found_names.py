"""Which of the names that records want are offered by a state that was not cancelled: one question for each kind."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.domain.linking import ACCOUNT_OF, DEFAULTED, INITIAL_LINE, LENDER_OF, LINE, OPEN_ACCOUNT, Name
from monitoring.persistence.bulk import json_text

_IDS: Final = "any(array(select json_array_elements_text(cast(:ids as json))))"


def _keyed(record_type: str, only: str = "") -> TextClause:
    return text(
        f"select record_key from record_state where firm_id = :firm_id and record_type = '{record_type}' "  # noqa: S608  # our own words
        f"and record_key = {_IDS} and not is_cancelled {only}"
    )


def _belonging(record_type: str) -> TextClause:
    return text(
        "select distinct belongs_to from record_state where firm_id = :firm_id "  # noqa: S608  # our own words
        f"and record_type = '{record_type}' and belongs_to = {_IDS} and not is_cancelled"
    )


def _contract(only: str = "") -> TextClause:
    return text(
        f"select contract_id from contract where firm_id = :firm_id and contract_id = {_IDS} "  # noqa: S608  # our own words
        f"and not is_cancelled {only}"
    )


_BY_ID: Final = {
    "borrower": _keyed("borrower"),
    "lender": _keyed("lender"),
    "trade": _keyed("trade"),
    OPEN_ACCOUNT: _keyed("account", "and ended_on is null"),
    ACCOUNT_OF: _belonging("account"),
    LENDER_OF: _belonging("lender"),
    "contract": _contract(),
    DEFAULTED: _contract("and default_flag"),
    INITIAL_LINE: text(
        f"select distinct contract_id from collateral_line where firm_id = :firm_id and contract_id = {_IDS} "  # noqa: S608  # the same
        "and line_kind = 'initial' and not is_cancelled"
    ),
}
_LINES: Final = text(
    "select distinct contract_id || '/' || market || '/' || security from collateral_line "
    "join json_to_recordset(cast(:ids as json)) as asked (contract_id text, market text, security text) "
    "using (contract_id, market, security) where firm_id = :firm_id and not is_cancelled"
)


async def found_names(connection: AsyncConnection, firm_id: str, names: Collection[Name]) -> set[Name]:
    """The names that are offered."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for one in names:
        by_kind[one.kind].append(one.id)
    found: set[Name] = set()
    for kind, ids in by_kind.items():
        query, asked = (_LINES, _line_parts(ids)) if kind == LINE else (_BY_ID[kind], ids)
        rows = await connection.execute(query, {"firm_id": firm_id, "ids": json_text(asked)})
        found.update(Name(kind, one) for one in rows.scalars())
    return found


def _line_parts(ids: Sequence[str]) -> Sequence[Any]:
    """Contract, market and security of each; a contract's id may hold the stroke too."""
    return [dict(zip(("contract_id", "market", "security"), one.rsplit("/", 2), strict=True)) for one in ids]
