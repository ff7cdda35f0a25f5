"""The accepted book as valuation reads it: contracts, their terms and lines, and the changes intake leaves."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance.interest import InterestTerms
from finance.units import E6
from monitoring.domain.book import CollateralLine, Contract, Instrument

UNTOLD_BORROWER: Final = "-"
_CONTRACT_COLUMNS: Final = 15
_OPEN = "not c.is_cancelled and (c.ended_on is null or c.ended_on > :on)"

# One statement, so that a contract and its lines are seen as of one moment.
_CONTRACTS = text(
    f"""
    select c.contract_id, c.borrower_id, c.merge_group_id, c.initial_date, c.status, c.initial_amount_fen, c.rate_e6,
           c.interest_paid_to, c.principal_repaid_fen, c.other_due_fen, c.other_collateral_value_fen,
           c.warning_line_e6, c.liquidation_line_e6, c.recorded_on, c.accession,
           l.line_no, l.market, l.security, l.current_quantity_e4, l.pledged_cash_fen,
           l.recorded_on as line_recorded_on, l.accession as line_accession
    from contract c
    left join collateral_line l on l.firm_id = c.firm_id and l.contract_id = c.contract_id
        and not l.is_cancelled and (l.ended_on is null or l.ended_on > :on)
    where c.firm_id = :firm_id and c.contract_id = any(:ids) and {_OPEN}
    order by c.contract_id, l.line_no
    """  # noqa: S608  # a constant of this module
)
_TERMS = text(
    """
    select contract_id, from_date, principal_fen, rate_e6 from contract_terms
    where firm_id = :firm_id and contract_id = any(:ids) and contract_id in (
        select contract_id from contract_terms where firm_id = :firm_id and contract_id = any(:ids)
        group by contract_id having count(*) > 1)
    order by contract_id, from_date
    """
)
_TAKE = text(
    """
    delete from book_change where id in (
        select id from book_change where firm_id = :firm_id order by id limit :most)
    returning contract_id
    """
)
_HAS_CHANGES = text("select exists (select from book_change where firm_id = :firm_id)")
_FIRST_DAY = text("select min(recorded_on) from contract where firm_id = :firm_id and not is_cancelled")
_IDS = text("select contract_id, merge_group_id from contract where firm_id = :firm_id and not is_cancelled")
_MEMBERS = text("select contract_id from contract where firm_id = :firm_id and merge_group_id = any(:groups)")
_HOLDING = text(
    """
    select distinct contract_id from collateral_line
    where firm_id = :firm_id and (market, security) in (
        select * from unnest(cast(:markets as text[]), cast(:codes as text[])))
    """
)


class PostgresAcceptedBook:
    """`AcceptedBook` on the tables that intake writes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def first_day(self, firm_id: str) -> date | None:
        """The earliest business date of the firm's contracts."""
        found: date | None = (await self._connection.execute(_FIRST_DAY, {"firm_id": firm_id})).scalar_one_or_none()
        return found

    async def take_changes(self, firm_id: str, *, most: int | None) -> list[str]:
        """Takes changed contracts off the list."""
        rows = await self._connection.execute(_TAKE, {"firm_id": firm_id, "most": most})
        return list(dict.fromkeys(row.contract_id for row in rows))

    async def has_changes(self, firm_id: str) -> bool:
        """Whether any are left."""
        return bool((await self._connection.execute(_HAS_CHANGES, {"firm_id": firm_id})).scalar_one())

    async def contract_ids(self, firm_id: str) -> list[tuple[str, str | None]]:
        """Every contract that was not cancelled, with its merge group."""
        rows = await self._connection.execute(_IDS, {"firm_id": firm_id})
        return [(row.contract_id, row.merge_group_id) for row in rows]

    async def contracts(self, firm_id: str, contract_ids: Collection[str], *, on: date) -> list[Contract]:
        """Contracts that have not ended on the day."""
        parameters = {"firm_id": firm_id, "ids": list(contract_ids)}
        rows = (await self._connection.execute(_CONTRACTS, parameters | {"on": on})).all()
        terms = (await self._connection.execute(_TERMS, parameters)).all()
        # Thousands of rows are assembled beside the loop, which goes on receiving records meanwhile.
        return await asyncio.to_thread(_assembled, firm_id, rows, terms)

    async def members(self, firm_id: str, groups: Collection[str]) -> set[str]:
        """The contracts of merge groups."""
        if not groups:
            return set()
        rows = await self._connection.execute(_MEMBERS, {"firm_id": firm_id, "groups": list(groups)})
        return set(rows.scalars())

    async def holding(self, firm_id: str, instruments: Collection[Instrument]) -> set[str]:
        """The contracts with a line in one of the securities."""
        parameters = {
            "firm_id": firm_id,
            "markets": [one.market for one in instruments],
            "codes": [one.security for one in instruments],
        }
        return set((await self._connection.execute(_HOLDING, parameters)).scalars())


def _assembled(firm_id: str, rows: Sequence[Row[Any]], terms: Sequence[Row[Any]]) -> list[Contract]:
    pieces = _terms_of(terms)
    return [
        _contract(firm_id, contract_id, list(several), pieces.get(contract_id, ()))
        for contract_id, several in groupby(rows, key=itemgetter(0))
    ]


def _contract(firm_id: str, contract_id: str, rows: Sequence[Row[Any]], terms: tuple[InterestTerms, ...]) -> Contract:
    # By position, not by name: a daily revaluation comes through here for every contract of the market.
    (
        _,
        borrower_id,
        merge_group_id,
        initial_date,
        status,
        initial_fen,
        rate_e6,
        interest_paid_to,
        repaid_fen,
        other_due_fen,
        other_fen,
        warning_e6,
        liquidation_e6,
        recorded_on,
        accession,
        *_,
    ) = tuple(rows[0])
    return Contract(
        firm_id=firm_id,
        contract_id=contract_id,
        borrower_id=borrower_id or UNTOLD_BORROWER,
        merge_group_id=merge_group_id,
        initial_date=initial_date,
        status=status or "active",
        initial_fen=initial_fen or 0,
        principal_fen=None if initial_fen is None or repaid_fen is None else initial_fen - repaid_fen,
        rate_e6=rate_e6,
        interest_paid_to=interest_paid_to,
        # What stands on the other side of the ratio is as unknown as the debt itself.
        other_due_fen=None if other_fen is None else other_due_fen,
        other_collateral_fen=other_fen or 0,
        warning_e6=warning_e6,
        liquidation_e6=liquidation_e6,
        recorded_on=recorded_on,
        accession=accession,
        lines=_lines(rows),
        terms=_in_force(terms, interest_paid_to) if terms else (),
    )


def _lines(rows: Iterable[Sequence[Any]]) -> tuple[CollateralLine, ...]:
    return tuple(_line(row[_CONTRACT_COLUMNS:]) for row in rows if row[_CONTRACT_COLUMNS] is not None)


def _line(values: Sequence[Any]) -> CollateralLine:
    line_no, market, security, quantity_e4, cash_fen, recorded_on, accession = values
    return CollateralLine(
        line_no=line_no,
        instrument=Instrument(market or "-", security or "-"),
        quantity_e4=quantity_e4,
        cash_fen=cash_fen or 0,
        recorded_on=recorded_on,
        accession=accession,
    )


def _terms_of(rows: Iterable[Row[Any]]) -> dict[str, tuple[InterestTerms, ...]]:
    terms: defaultdict[str, list[InterestTerms]] = defaultdict(list)
    for row in rows:
        if row.principal_fen is not None and row.rate_e6 is not None:
            terms[row.contract_id].append(InterestTerms(row.from_date, row.principal_fen, Fraction(row.rate_e6, E6)))
    return {contract_id: tuple(pieces) for contract_id, pieces in terms.items()}


def _in_force(terms: tuple[InterestTerms, ...], paid_to: date | None) -> tuple[InterestTerms, ...]:
    """The pieces since interest was last paid; the first known one stands for the time before it."""
    if paid_to is None or len(terms) < 2:  # noqa: PLR2004  # one piece is the contract's own principal and rate
        return ()
    at = max((n for n, one in enumerate(terms) if one.from_day <= paid_to), default=0)
    pieces = terms[at:]
    if len(pieces) < 2:  # noqa: PLR2004  # the same
        return ()
    return (replace(pieces[0], from_day=min(pieces[0].from_day, paid_to)), *pieces[1:])
