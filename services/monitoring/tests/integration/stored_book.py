"""Writes the book and the reference data as intake and the projections leave them behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from chassis.kernel import SHANGHAI, new_id
from finance.corporate_actions import CorporateAction
from monitoring.application.commands.value_book import ValueBook, ValueBookHandler
from monitoring.domain.book import Contract, Instrument
from monitoring.outbox.translation import translate
from monitoring.persistence.book_work import PostgresBookWork
from monitoring.persistence.references import MarketCache
from monitoring.persistence.tables import intake, reference

ONBOARDED = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)


@dataclass
class StoredBook:
    """The tables as intake and the projections would have them, and the use cases on top."""

    database: Database
    owner_url: str
    markets: MarketCache = field(default_factory=MarketCache)
    found: list[tuple[str, date, tuple[str, ...]]] = field(default_factory=list)

    def differed(self, firm_id: str, day: date, found: Sequence[str]) -> None:
        """Keeps what proofs found."""
        self.found += [(firm_id, day, tuple(found))] if found else []

    def begin(self, cause: Cause) -> PostgresBookWork:
        return PostgresBookWork(self.database, cause, translate=translate, markets=self.markets)

    async def value(self, *firms: str) -> int:
        """Values firms until nothing is left to do; says how many steps it took."""
        steps = 0
        for firm_id in firms:
            handler = ValueBookHandler(begin=self.begin, differed=self.differed)
            while await handler(ValueBook(firm_id=firm_id), Cause(subject=SYSTEM, operation="monitoring.value_book")):
                steps += 1
        return steps

    async def onboard(self, *firms: str) -> None:
        """Firms on board."""
        async with self._everything() as connection:
            rows = [{"firm_id": one, "name": one, "status": "active", "onboarded_at": ONBOARDED} for one in firms]
            await connection.execute(upsert(intake.firm).on_conflict_do_nothing(), rows)

    async def report(self, contracts: Iterable[Contract]) -> None:
        """Contracts as accepted, with a change left for each."""
        several = list(contracts)
        await self.onboard(*{one.firm_id for one in several})
        async with self._everything() as connection:
            for table, rows in (
                (intake.contract, [_contract(one) for one in several]),
                (intake.collateral_line, [row for one in several for row in _lines(one)]),
            ):
                if rows:
                    statement = upsert(table)
                    keys = [column.name for column in table.primary_key]
                    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
                    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), rows)
            changes = [
                {"firm_id": one.firm_id, "contract_id": one.contract_id, "accession": one.accession, "slice_end": 1}
                for one in several
            ]
            await connection.execute(insert(intake.book_change), changes)

    async def terms(self, contract: Contract, *pieces: tuple[date, int, int]) -> None:
        """Principal (fen) and rate (millionths) of a contract from days on."""
        rows = [
            {
                "firm_id": contract.firm_id,
                "contract_id": contract.contract_id,
                "from_date": from_date,
                "principal_fen": principal_fen,
                "rate_e6": rate_e6,
                "accession": contract.accession,
            }
            for from_date, principal_fen, rate_e6 in pieces
        ]
        async with self._everything() as connection:
            await connection.execute(insert(intake.contract_terms), rows)

    async def price(
        self, day: date, closes: Mapping[Instrument, str], *, revision: int = 1, traded: bool = True
    ) -> UUID:
        """A complete price snapshot."""
        rows: list[dict[str, object]] = [
            {"market": one.market, "security": one.security, "close": Decimal(close), "traded": traded}
            for one, close in closes.items()
        ]
        return await self._snapshot("price", day, revision, rows)

    async def act(self, day: date, actions: Mapping[Instrument, tuple[CorporateAction, ...]]) -> UUID:
        """A complete list of corporate actions."""
        rows: list[dict[str, object]] = [
            {
                "market": one.market,
                "security": one.security,
                "ex_date": action.ex_date,
                "bonus": action.bonus,
                "cash": action.cash,
                "rights": action.rights,
                "rights_price": action.rights_price,
            }
            for one, several in actions.items()
            for action in several
        ]
        return await self._snapshot("corporate_action", day, 1, rows)

    async def calendar(self, days: Mapping[date, bool]) -> UUID:
        """A complete calendar."""
        rows: list[dict[str, object]] = [{"day": day, "is_trading_day": trading} for day, trading in days.items()]
        return await self._snapshot("calendar", min(days), 1, rows)

    async def rows(self, query: str, **parameters: object) -> list[dict[str, object]]:
        """What a table holds."""
        async with self._everything() as connection:
            return [dict(row._mapping) for row in await connection.execute(text(query), parameters)]

    async def execute(self, statement: str) -> None:
        """Tampers with a table."""
        async with self._everything() as connection:
            await connection.execute(text(statement))

    async def as_owner(self, statement: str) -> None:
        """Changes the schema itself."""
        connection = await asyncpg.connect(self.owner_url, server_settings={"search_path": "monitoring"})
        await connection.execute(statement)
        await connection.close()

    async def _snapshot(self, kind: str, day: date, revision: int, rows: list[dict[str, object]]) -> UUID:
        snapshot_id = new_id()
        table = getattr(reference, kind)
        async with self._everything() as connection:
            await connection.execute(
                insert(reference.snapshots.snapshot).values(
                    snapshot_id=snapshot_id, kind=kind, business_date=day, revision=revision, state="complete"
                )
            )
            if rows:
                await connection.execute(insert(table), [{"snapshot_id": snapshot_id, **row} for row in rows])
        return snapshot_id

    def _everything(self) -> "_Everything":
        return _Everything(self.database)


class _Everything:
    """A transaction that sees every firm."""

    def __init__(self, database: Database) -> None:
        self._transaction = database.engine.begin()

    async def __aenter__(self) -> AsyncConnection:
        connection = await self._transaction.__aenter__()
        await connection.execute(text("select set_config('pledgeboard.scope', 'all', true)"))
        return connection

    async def __aexit__(self, *error: object) -> None:
        await self._transaction.__aexit__(*error)  # type: ignore[arg-type]


def _contract(one: Contract) -> dict[str, object]:
    assert one.principal_fen is not None
    return {
        "firm_id": one.firm_id,
        "contract_id": one.contract_id,
        "recorded_on": one.recorded_on,
        "sequence": 1,
        "accession": one.accession,
        "borrower_id": one.borrower_id,
        "merge_group_id": one.merge_group_id,
        "initial_date": one.initial_date,
        "initial_amount_fen": one.initial_fen,
        "principal_repaid_fen": one.initial_fen - one.principal_fen,
        "rate_e6": one.rate_e6,
        "interest_paid_to": one.interest_paid_to,
        "other_due_fen": one.other_due_fen,
        "other_collateral_value_fen": one.other_collateral_fen,
        "warning_line_e6": one.warning_e6,
        "liquidation_line_e6": one.liquidation_e6,
        "status": one.status,
    }


def _lines(one: Contract) -> list[dict[str, object]]:
    return [
        {
            "firm_id": one.firm_id,
            "contract_id": one.contract_id,
            "line_no": line.line_no,
            "recorded_on": line.recorded_on,
            "sequence": 1,
            "accession": line.accession,
            "market": line.instrument.market,
            "security": line.instrument.security,
            "current_quantity_e4": line.quantity_e4,
            "pledged_cash_fen": line.cash_fen,
        }
        for line in one.lines
    ]
