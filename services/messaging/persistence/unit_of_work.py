"""Messaging's transaction: the chassis's unit of work with this service's tables in it."""

from chassis.standings import StandingRows
from chassis.unit_of_work import UnitOfWork
from messaging.persistence import tables
from messaging.persistence.administrator import AdministratorTables
from messaging.persistence.conversations import ConversationTables
from messaging.persistence.directory import DirectoryTables
from messaging.persistence.notifications import NotificationTable
from messaging.persistence.quotas import QuotaTable
from messaging.persistence.reports import ReportTables
from messaging.persistence.terms import TermTables


class MessagingWork(UnitOfWork):
    """What use cases know as `Work`."""

    async def opened(self) -> None:
        """Builds the tables' repositories on the transaction's connection."""
        self.directory = DirectoryTables(self.connection)
        self.standings = StandingRows(self.connection, tables.login_standing)
        self.notifications = NotificationTable(self.connection)
        self.conversations = ConversationTables(self.connection)
        self.terms = TermTables(self.connection)
        self.administrator = AdministratorTables(self.connection)
        self.reports = ReportTables(self.connection)
        self.quotas = QuotaTable(self.connection)
