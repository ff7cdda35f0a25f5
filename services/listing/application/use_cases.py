"""The table of contents: everything the board can be asked to do, and everything it can be asked."""

from dataclasses import dataclass

from listing.application.commands.accept_terms import AcceptTermsHandler
from listing.application.commands.change_basic_information import ChangeBasicInformationHandler
from listing.application.commands.change_business_information import ChangeBusinessInformationHandler
from listing.application.commands.change_state import ChangeStateHandler
from listing.application.commands.change_texts import ChangeTextsHandler
from listing.application.commands.change_users import ChangeUsersHandler
from listing.application.commands.confirm_business_information import (
    AskConfirmationHandler,
    ConfirmBusinessInformationHandler,
)
from listing.application.commands.create_listing import CreateListingHandler
from listing.application.commands.delete_listing import DeleteListingHandler
from listing.application.commands.edit_listing import EditListingHandler
from listing.application.commands.end_listings import EndListingsHandler
from listing.application.commands.expire_due_listing import ExpireDueListingHandler
from listing.application.commands.expire_listing import ExpireListingHandler
from listing.application.commands.forget_snapshots import ForgetSnapshotsHandler
from listing.application.commands.note_application import NoteApplicationHandler
from listing.application.commands.note_live_check import NoteLiveCheckHandler
from listing.application.commands.note_notice import NoteNoticeHandler
from listing.application.commands.note_review_progress import NoteReviewProgressHandler
from listing.application.commands.note_step import NoteStepHandler
from listing.application.commands.publish_version import PublishVersionHandler
from listing.application.commands.register_participant import RegisterParticipantHandler
from listing.application.commands.restrict_listing import RestrictListingHandler
from listing.application.commands.return_version import ReturnVersionHandler
from listing.application.commands.submit_listing import SubmitListingHandler
from listing.application.commands.unrestrict_listing import UnrestrictListingHandler
from listing.application.commands.withdraw_listing import WithdrawListingHandler
from listing.application.ports import Begin, Identify, Read
from listing.application.queries.ask_standing import AskStandingHandler
from listing.application.queries.browse_listings import BrowseListingsHandler
from listing.application.queries.list_own_listings import ListOwnListingsHandler
from listing.application.queries.list_terms import ListTermsHandler
from listing.application.queries.list_text_proposals import ListTextProposalsHandler
from listing.application.queries.list_users import ListUsersHandler
from listing.application.queries.own_information import AskOwnInformationHandler
from listing.application.queries.pledgeable_holdings import AskPledgeableHoldingsHandler
from listing.application.queries.read_legal_text import ReadLegalTextHandler
from listing.application.queries.read_listing import ReadListingHandler
from listing.application.registration_use_cases import RegistrationUseCases


@dataclass(frozen=True, kw_only=True)
class UseCases:
    """Built once by the wiring, or by a test around its fakes."""

    register_participant: RegisterParticipantHandler
    change_basic_information: ChangeBasicInformationHandler
    change_business_information: ChangeBusinessInformationHandler
    confirm_business_information: ConfirmBusinessInformationHandler
    ask_confirmation: AskConfirmationHandler
    note_application: NoteApplicationHandler
    accept_terms: AcceptTermsHandler
    change_users: ChangeUsersHandler
    change_texts: ChangeTextsHandler

    create_listing: CreateListingHandler
    edit_listing: EditListingHandler
    submit_listing: SubmitListingHandler
    withdraw_listing: WithdrawListingHandler
    change_state: ChangeStateHandler
    expire_listing: ExpireListingHandler
    expire_due_listing: ExpireDueListingHandler
    delete_listing: DeleteListingHandler

    publish_version: PublishVersionHandler
    return_version: ReturnVersionHandler
    note_review_progress: NoteReviewProgressHandler
    note_live_check: NoteLiveCheckHandler

    note_notice: NoteNoticeHandler
    restrict_listing: RestrictListingHandler
    unrestrict_listing: UnrestrictListingHandler
    note_step: NoteStepHandler
    end_listings: EndListingsHandler

    forget_snapshots: ForgetSnapshotsHandler

    registration: RegistrationUseCases

    read_listing: ReadListingHandler
    list_own_listings: ListOwnListingsHandler
    browse_listings: BrowseListingsHandler
    ask_pledgeable_holdings: AskPledgeableHoldingsHandler
    ask_own_information: AskOwnInformationHandler
    read_legal_text: ReadLegalTextHandler
    ask_standing: AskStandingHandler
    list_terms: ListTermsHandler
    list_users: ListUsersHandler
    list_text_proposals: ListTextProposalsHandler

    @classmethod
    def build(cls, *, begin: Begin, read_own: Read, read_board: Read, identify: Identify) -> "UseCases":
        """Everything the board does, around these doors."""
        return cls(
            register_participant=RegisterParticipantHandler(begin=begin, identify=identify),
            change_basic_information=ChangeBasicInformationHandler(begin=begin, identify=identify),
            change_business_information=ChangeBusinessInformationHandler(begin=begin),
            confirm_business_information=ConfirmBusinessInformationHandler(begin=begin),
            ask_confirmation=AskConfirmationHandler(begin=begin),
            note_application=NoteApplicationHandler(begin=begin),
            accept_terms=AcceptTermsHandler(begin=begin),
            change_users=ChangeUsersHandler(begin=begin),
            change_texts=ChangeTextsHandler(begin=begin),
            create_listing=CreateListingHandler(begin=begin),
            edit_listing=EditListingHandler(begin=begin),
            submit_listing=SubmitListingHandler(begin=begin),
            withdraw_listing=WithdrawListingHandler(begin=begin),
            change_state=ChangeStateHandler(begin=begin),
            expire_listing=ExpireListingHandler(begin=begin),
            expire_due_listing=ExpireDueListingHandler(begin=begin),
            delete_listing=DeleteListingHandler(begin=begin),
            publish_version=PublishVersionHandler(begin=begin),
            return_version=ReturnVersionHandler(begin=begin),
            note_review_progress=NoteReviewProgressHandler(begin=begin),
            note_live_check=NoteLiveCheckHandler(begin=begin),
            note_notice=NoteNoticeHandler(begin=begin),
            restrict_listing=RestrictListingHandler(begin=begin),
            unrestrict_listing=UnrestrictListingHandler(begin=begin),
            note_step=NoteStepHandler(begin=begin),
            end_listings=EndListingsHandler(begin=begin),
            forget_snapshots=ForgetSnapshotsHandler(begin=begin),
            registration=RegistrationUseCases.build(begin=begin, read_own=read_own, read_board=read_board),
            read_listing=ReadListingHandler(read_own=read_own, read_board=read_board),
            list_own_listings=ListOwnListingsHandler(read_own=read_own),
            browse_listings=BrowseListingsHandler(read_own=read_own),
            ask_pledgeable_holdings=AskPledgeableHoldingsHandler(read_own=read_own),
            ask_own_information=AskOwnInformationHandler(read_own=read_own),
            read_legal_text=ReadLegalTextHandler(read_own=read_own),
            ask_standing=AskStandingHandler(read_own=read_own),
            list_terms=ListTermsHandler(read_own=read_own),
            list_users=ListUsersHandler(read_own=read_own),
            list_text_proposals=ListTextProposalsHandler(read=read_own),
        )
