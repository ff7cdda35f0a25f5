"""The operator's ladder, as a part of the table of contents: notices, steps, appeals (P4)."""

from dataclasses import dataclass

from review.application.commands.answer_notice import AnswerNoticeHandler
from review.application.commands.close_notice import CloseNoticeHandler
from review.application.commands.decide_appeal import DecideAppealHandler
from review.application.commands.decide_lift import DecideLiftHandler
from review.application.commands.decide_step import DecideStepHandler
from review.application.commands.end_step import EndStepHandler
from review.application.commands.issue_notice import IssueNoticeHandler
from review.application.commands.make_appeal import MakeAppealHandler
from review.application.commands.note_party import NotePartyHandler
from review.application.commands.propose_lift import ProposeLiftHandler
from review.application.commands.propose_outcome import ProposeOutcomeHandler
from review.application.commands.propose_step import ProposeStepHandler
from review.application.commands.watch_notice import WatchNoticeHandler
from review.application.ports import Begin, Read
from review.application.queries.notices import ListNoticesHandler, OwnNoticesHandler, ReadNoticeHandler
from review.application.queries.sanctions import ListSanctionsHandler, OwnSanctionsHandler, ReadSanctionHandler


@dataclass(frozen=True, kw_only=True)
class LadderUseCases:
    """Built with the others."""

    note_party: NotePartyHandler

    issue_notice: IssueNoticeHandler
    answer_notice: AnswerNoticeHandler
    close_notice: CloseNoticeHandler
    watch_notice: WatchNoticeHandler

    propose_step: ProposeStepHandler
    decide_step: DecideStepHandler
    propose_lift: ProposeLiftHandler
    decide_lift: DecideLiftHandler
    end_step: EndStepHandler

    make_appeal: MakeAppealHandler
    propose_outcome: ProposeOutcomeHandler
    decide_appeal: DecideAppealHandler

    list_notices: ListNoticesHandler
    read_notice: ReadNoticeHandler
    own_notices: OwnNoticesHandler
    list_sanctions: ListSanctionsHandler
    read_sanction: ReadSanctionHandler
    own_sanctions: OwnSanctionsHandler

    @classmethod
    def build(cls, *, begin: Begin, read_own: Read, read_all: Read) -> "LadderUseCases":
        """Everything of the ladder, around these doors."""
        return cls(
            note_party=NotePartyHandler(begin=begin),
            issue_notice=IssueNoticeHandler(begin=begin),
            answer_notice=AnswerNoticeHandler(begin=begin),
            close_notice=CloseNoticeHandler(begin=begin),
            watch_notice=WatchNoticeHandler(begin=begin),
            propose_step=ProposeStepHandler(begin=begin),
            decide_step=DecideStepHandler(begin=begin),
            propose_lift=ProposeLiftHandler(begin=begin),
            decide_lift=DecideLiftHandler(begin=begin),
            end_step=EndStepHandler(begin=begin),
            make_appeal=MakeAppealHandler(begin=begin),
            propose_outcome=ProposeOutcomeHandler(begin=begin),
            decide_appeal=DecideAppealHandler(begin=begin),
            list_notices=ListNoticesHandler(read=read_all),
            read_notice=ReadNoticeHandler(read=read_all),
            own_notices=OwnNoticesHandler(read=read_own),
            list_sanctions=ListSanctionsHandler(read=read_all),
            read_sanction=ReadSanctionHandler(read=read_all),
            own_sanctions=OwnSanctionsHandler(read=read_own),
        )
