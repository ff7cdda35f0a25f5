"""Registration, as a part of the table of contents (P12.3, P17)."""

from dataclasses import dataclass

from listing.application.commands.answer_registration import AnswerRegistrationHandler
from listing.application.commands.apply_registrations import ApplyRegistrationsHandler
from listing.application.commands.change_registration import ChangeRegistrationHandler
from listing.application.commands.match_registration import MatchRegistrationHandler
from listing.application.commands.open_registration import OpenRegistrationHandler
from listing.application.commands.record_number import RecordNumberHandler
from listing.application.ports import Begin, Read
from listing.application.queries.registration import (
    AskChecklistHandler,
    ListRegistrationsHandler,
    ReadRegistrationHandler,
)


@dataclass(frozen=True, kw_only=True)
class RegistrationUseCases:
    """Built with the others."""

    open: OpenRegistrationHandler
    change: ChangeRegistrationHandler
    record_number: RecordNumberHandler
    match: MatchRegistrationHandler
    apply: ApplyRegistrationsHandler
    answer: AnswerRegistrationHandler

    read: ReadRegistrationHandler
    list_own: ListRegistrationsHandler
    ask_checklist: AskChecklistHandler

    @classmethod
    def build(cls, *, begin: Begin, read_own: Read, read_board: Read) -> "RegistrationUseCases":
        """Everything of registration, around these doors."""
        return cls(
            open=OpenRegistrationHandler(begin=begin),
            change=ChangeRegistrationHandler(begin=begin),
            record_number=RecordNumberHandler(begin=begin),
            match=MatchRegistrationHandler(begin=begin),
            apply=ApplyRegistrationsHandler(begin=begin),
            answer=AnswerRegistrationHandler(begin=begin),
            read=ReadRegistrationHandler(read_own=read_own, read_board=read_board),
            list_own=ListRegistrationsHandler(read_own=read_own),
            ask_checklist=AskChecklistHandler(read_own=read_own),
        )
