"""The unit of work of intake: one transaction over one firm's state."""

from chassis.cause import Cause
from chassis.database import Database
from chassis.unit_of_work import Translate, UnitOfWork
from monitoring.application.intake_ports import FirmBooks, Firms, Receipts, ReferenceLookups, Submissions
from monitoring.application.link_ports import Links
from monitoring.application.record_ports import TypedStates
from monitoring.application.usual_slice import UsualRecords
from monitoring.domain.firm import FirmEnvironment
from monitoring.persistence.firm_books import PostgresFirmBooks
from monitoring.persistence.firms import PostgresFirms
from monitoring.persistence.links import PostgresLinks
from monitoring.persistence.lookups import LookupCache, PostgresLookups
from monitoring.persistence.receipts import PostgresReceipts
from monitoring.persistence.submissions import PostgresSubmissions
from monitoring.persistence.typed_states import PostgresTypedStates
from monitoring.persistence.usual_records import PostgresUsualRecords


class PostgresIntakeWork(UnitOfWork):
    """`IntakeWork` on Postgres: on the schema of one environment, whose topics it names."""

    def __init__(
        self,
        database: Database,
        cause: Cause,
        *,
        translate: Translate,
        lookups: LookupCache,
        environment: FirmEnvironment = "PROD",
    ) -> None:
        super().__init__(database, cause, translate=translate)
        self._cache = lookups
        self._environment = environment

    async def opened(self) -> None:
        """Builds the repositories."""
        self.firms: Firms = PostgresFirms(self.connection)
        self.books: FirmBooks = PostgresFirmBooks(self.connection, self._environment)
        self.submissions: Submissions = PostgresSubmissions(self.connection)
        self.usual: UsualRecords = PostgresUsualRecords(self.connection)
        self.receipts: Receipts = PostgresReceipts(self.connection, self.outbox, self._environment)
        self.lookups: ReferenceLookups = PostgresLookups(self.connection, self._cache)
        self.types: TypedStates = PostgresTypedStates(self.connection)
        self.links: Links = PostgresLinks(self.connection)
