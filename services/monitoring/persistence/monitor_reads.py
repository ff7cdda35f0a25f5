"""Everything the regulator's questions read, in one traced snapshot that sees every firm."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.cause import Cause
from chassis.database import Database
from chassis.problems import TraceUnavailable
from chassis.reading import ReadingSession
from finance.calendar import TradingCalendar
from monitoring.application.book_ports import Snapshot
from monitoring.application.reading_ports import ContractState
from monitoring.persistence.alert_reads import AlertReads
from monitoring.persistence.figure_reads import FigureReads
from monitoring.persistence.references import MarketCache, PostgresReferences
from monitoring.persistence.tables import intake


class PostgresMonitorReads(FigureReads, AlertReads):
    """`MonitorReads` on Postgres."""

    def __init__(self, session: ReadingSession, markets: MarketCache) -> None:
        super().__init__(session.connection)
        self._session = session
        self._references = PostgresReferences(session.connection, markets)

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""
        return self._session.as_of

    async def calendar(self, snapshot: Snapshot) -> TradingCalendar:
        """The trading calendar of a snapshot."""
        return await self._references.calendar(snapshot)

    async def contract(self, firm_id: str, contract_id: str) -> ContractState | None:
        """One contract as reported, cancelled and ended ones too."""
        key = {"firm_id": firm_id, "contract_id": contract_id}
        row = (await self._session.connection.execute(select(intake.contract).filter_by(**key))).one_or_none()
        if row is None:
            return None
        query = select(intake.collateral_line).filter_by(**key).order_by(intake.collateral_line.c.line_no)
        lines = await self._session.connection.execute(query)
        return ContractState(contract=dict(row._mapping), lines=[dict(line._mapping) for line in lines])  # noqa: SLF001  # SQLAlchemy's public name


class MonitorReading:
    """`Reading`: opens the snapshot; the audit row is written before anything is read (M18.1).

    The trace and the read are one transaction: where the database is away, there is neither, and the answer is 503.
    """

    def __init__(self, database: Database, markets: MarketCache) -> None:
        self._database = database
        self._markets = markets

    @asynccontextmanager
    async def __call__(self, cause: Cause) -> AsyncIterator[PostgresMonitorReads]:
        """One snapshot. Which roles come here is the matrix's: the regulator's alone."""
        try:
            async with self._database.reading(cause, scope="all") as session:
                yield PostgresMonitorReads(session, self._markets)
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise TraceUnavailable from error
