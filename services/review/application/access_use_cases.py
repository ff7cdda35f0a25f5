"""Access to the board, as a part of the table of contents: applications and how logins stand (P6)."""

from dataclasses import dataclass

from review.application.access_ports import IdentityProvider
from review.application.commands.attach_paper import AttachPaperHandler
from review.application.commands.certify_applicant import CertifyApplicantHandler
from review.application.commands.claim_application import ClaimApplicationHandler
from review.application.commands.decide_application import DecideApplicationHandler
from review.application.commands.file_application import FileApplicationHandler
from review.application.commands.note_standing import NoteStandingHandler
from review.application.commands.state_application import StateApplicationHandler
from review.application.ports import Begin, Read
from review.application.queries.applications import (
    AskOwnApplicationHandler,
    ListApplicationsHandler,
    ReadApplicationHandler,
    ReadPaperHandler,
)


@dataclass(frozen=True, kw_only=True)
class AccessUseCases:
    """Built with the others."""

    note_standing: NoteStandingHandler

    state_application: StateApplicationHandler
    attach_paper: AttachPaperHandler
    file_application: FileApplicationHandler
    claim_application: ClaimApplicationHandler
    decide_application: DecideApplicationHandler
    certify_applicant: CertifyApplicantHandler

    ask_own_application: AskOwnApplicationHandler
    list_applications: ListApplicationsHandler
    read_application: ReadApplicationHandler
    read_paper: ReadPaperHandler

    @classmethod
    def build(cls, *, begin: Begin, read_own: Read, read_all: Read, provider: IdentityProvider) -> "AccessUseCases":
        """Everything of access, around these doors."""
        return cls(
            note_standing=NoteStandingHandler(begin=begin),
            state_application=StateApplicationHandler(begin=begin),
            attach_paper=AttachPaperHandler(begin=begin),
            file_application=FileApplicationHandler(begin=begin),
            claim_application=ClaimApplicationHandler(begin=begin),
            decide_application=DecideApplicationHandler(begin=begin),
            certify_applicant=CertifyApplicantHandler(begin=begin, read=read_all, provider=provider),
            ask_own_application=AskOwnApplicationHandler(read=read_own),
            list_applications=ListApplicationsHandler(read=read_all),
            read_application=ReadApplicationHandler(read=read_all),
            read_paper=ReadPaperHandler(read=read_all),
        )
