"""Review's transactions and reads, with their repositories."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from chassis.cause import Cause
from chassis.database import Database, Scope
from chassis.standings import StandingRows
from chassis.unit_of_work import Translate, UnitOfWork
from review.application.access_ports import Applications, HeardStandings
from review.application.ladder_ports import Notices, Parties, Sanctions
from review.application.moderation_ports import Moderations
from review.application.ports import Cases, Days, Decisions, Evidence, LiveListings, Loads, Read
from review.persistence.access import StoredApplications
from review.persistence.access_tables import login_standing
from review.persistence.cases import StoredCases
from review.persistence.days import StoredDays
from review.persistence.decisions import StoredDecisions
from review.persistence.evidence import StoredEvidence
from review.persistence.ladder import StoredNotices, StoredParties, StoredSanctions
from review.persistence.live_listings import StoredLiveListings
from review.persistence.loads import StoredLoads
from review.persistence.moderation import StoredModerations
from review.persistence.reading import StoredReading


class ReviewUnitOfWork(UnitOfWork):
    """One transaction of review."""

    cases: Cases
    decisions: Decisions
    live: LiveListings
    evidence: Evidence
    days: Days
    loads: Loads
    parties: Parties
    notices: Notices
    sanctions: Sanctions
    moderations: Moderations
    applications: Applications
    standings: HeardStandings

    async def opened(self) -> None:
        """Builds the repositories."""
        self.cases = StoredCases(self.connection)
        self.decisions = StoredDecisions(self.connection)
        self.live = StoredLiveListings(self.connection)
        self.evidence = StoredEvidence(self.connection)
        self.days = StoredDays(self.connection)
        self.loads = StoredLoads(self.connection)
        self.parties = StoredParties(self.connection)
        self.notices = StoredNotices(self.connection)
        self.sanctions = StoredSanctions(self.connection)
        self.moderations = StoredModerations(self.connection)
        self.applications = StoredApplications(self.connection)
        self.standings = StandingRows(self.connection, login_standing)


def beginning(
    database: Database, translate: Translate
) -> Callable[[Cause], AbstractAsyncContextManager[ReviewUnitOfWork]]:
    """How use cases begin a transaction."""

    def begin(cause: Cause) -> ReviewUnitOfWork:
        return ReviewUnitOfWork(database, cause, translate=translate)

    return begin


def reading(database: Database, *, scope: Scope) -> Read:
    """How queries open a read: in the asking participant's scope, or in that of all."""

    @asynccontextmanager
    async def read(cause: Cause) -> AsyncIterator[StoredReading]:
        async with database.reading(cause, scope=scope) as session:
            yield StoredReading(session)

    return read
