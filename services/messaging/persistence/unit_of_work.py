"""Messaging's transaction: the chassis's unit of work with this service's tables in it."""

from chassis.unit_of_work import UnitOfWork
from messaging.persistence.directory import DirectoryTables
from messaging.persistence.notifications import NotificationTable


class MessagingWork(UnitOfWork):
    """What use cases know as `Work`."""

    async def opened(self) -> None:
        """Builds the tables' repositories on the transaction's connection."""
        self.directory = DirectoryTables(self.connection)
        self.notifications = NotificationTable(self.connection)
