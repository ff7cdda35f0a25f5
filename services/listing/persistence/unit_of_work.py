"""The board's transaction: the chassis's unit of work with this service's tables in it."""

from chassis.unit_of_work import UnitOfWork
from listing.persistence.board import ShelfTable
from listing.persistence.catalogue import CatalogueTable
from listing.persistence.checks import CheckTable
from listing.persistence.demands import DemandTable
from listing.persistence.listings import ListingTable
from listing.persistence.participants import BusinessInformationTable, ParticipantTable
from listing.persistence.registration_cases import RegistrationCaseTable
from listing.persistence.registrations import QuestionTable, RegistrationTable
from listing.persistence.snapshots import SnapshotTable
from listing.persistence.text_proposals import TextProposalTable
from listing.persistence.texts import AcceptanceTable, TextTable
from listing.persistence.units import UnitTable


class ListingWork(UnitOfWork):
    """What use cases know as `Work`."""

    async def opened(self) -> None:
        """Builds the tables' repositories on the transaction's connection."""
        self.participants = ParticipantTable(self.connection)
        self.business_informations = BusinessInformationTable(self.connection)
        self.listings = ListingTable(self.connection)
        self.units = UnitTable(self.connection, self.today)
        self.shelf = ShelfTable(self.connection)
        self.checks = CheckTable(self.connection)
        self.demands = DemandTable(self.connection)
        self.registrations = RegistrationTable(self.connection)
        self.questions = QuestionTable(self.connection)
        self.registration_cases = RegistrationCaseTable(self.connection)
        self.texts = TextTable(self.connection)
        self.text_proposals = TextProposalTable(self.connection)
        self.acceptances = AcceptanceTable(self.connection)
        self.catalogues = CatalogueTable(self.connection)
        self.snapshots = SnapshotTable(self.connection)
