"""The unit of work of valuation: one transaction over one firm's derived figures."""

from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from chassis.unit_of_work import Translate, UnitOfWork
from monitoring.persistence.accepted_book import PostgresAcceptedBook
from monitoring.persistence.alerts import PostgresAlerts
from monitoring.persistence.books import PostgresBooks
from monitoring.persistence.references import MarketCache, PostgresReferences
from monitoring.persistence.valuations import PostgresValuations


class PostgresBookWork(UnitOfWork):
    """`BookWork` on Postgres."""

    def __init__(self, database: Database, cause: Cause, *, translate: Translate, markets: MarketCache) -> None:
        super().__init__(database, cause, translate=translate)
        self._markets = markets

    async def opened(self) -> None:
        """Builds the repositories."""
        self.books = PostgresBooks(self.connection)
        self.references = PostgresReferences(self.connection, self._markets)
        self.accepted = PostgresAcceptedBook(self.connection)
        self.valuations = PostgresValuations(self.connection)
        self.alerts = PostgresAlerts(self.connection)


async def firms_on_board(database: Database) -> list[str]:
    """Every firm whose book may have steps to take, when a process begins."""
    async with database.reading(Cause(subject=SYSTEM, operation="monitoring.firms_on_board")) as session:
        return await PostgresBooks(session.connection).firms()


async def unfinished_books(database: Database) -> list[str]:
    """Firms whose book has steps left to take, whichever process was to take them."""
    async with database.reading(Cause(subject=SYSTEM, operation="monitoring.unfinished_books")) as session:
        return await PostgresBooks(session.connection).unfinished()
