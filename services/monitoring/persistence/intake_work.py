"""The unit of work of intake: one transaction over one firm's state."""

from chassis.cause import Cause
from chassis.database import Database
from chassis.unit_of_work import Translate, UnitOfWork
from monitoring.application.intake_ports import FirmBooks, Firms, Receipts, ReferenceLookups, Submissions
from monitoring.persistence.firm_books import PostgresFirmBooks
from monitoring.persistence.firms import PostgresFirms
from monitoring.persistence.lookups import LookupCache, PostgresLookups
from monitoring.persistence.receipts import PostgresReceipts
from monitoring.persistence.submissions import PostgresSubmissions


class PostgresIntakeWork(UnitOfWork):
    """`IntakeWork` on Postgres."""

    def __init__(self, database: Database, cause: Cause, *, translate: Translate, lookups: LookupCache) -> None:
        super().__init__(database, cause, translate=translate)
        self._cache = lookups

    async def opened(self) -> None:
        """Builds the repositories."""
        self.firms: Firms = PostgresFirms(self.connection)
        self.books: FirmBooks = PostgresFirmBooks(self.connection)
        self.submissions: Submissions = PostgresSubmissions(self.connection)
        self.receipts: Receipts = PostgresReceipts(self.connection, self.outbox)
        self.lookups: ReferenceLookups = PostgresLookups(self.connection, self._cache)
