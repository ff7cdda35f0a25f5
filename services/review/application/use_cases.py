"""The table of contents: everything review can be asked to do, and everything it can be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from review.application.access_ports import IdentityProvider
from review.application.access_use_cases import AccessUseCases
from review.application.commands.approve_case import ApproveCaseHandler
from review.application.commands.claim_case import ClaimCaseHandler
from review.application.commands.close_cases import CloseCasesHandler
from review.application.commands.decide_waiting import DecideWaitingHandler
from review.application.commands.lapse_claim import LapseClaimHandler
from review.application.commands.note_late_snapshot import NoteLateSnapshotHandler
from review.application.commands.note_published import NotePublishedHandler
from review.application.commands.note_stalled_load import NoteStalledLoadHandler
from review.application.commands.note_state import NoteStateHandler
from review.application.commands.open_case import OpenCaseHandler
from review.application.commands.recheck_case import RecheckCaseHandler
from review.application.commands.register_load import RegisterLoadHandler
from review.application.commands.return_case import ReturnCaseHandler
from review.application.commands.reverify_live import ReverifyLiveHandler
from review.application.commands.say_load import SayLoadHandler
from review.application.deciding import Deciding
from review.application.ladder_use_cases import LadderUseCases
from review.application.moderation_use_cases import ModerationUseCases
from review.application.ports import Begin, EncodeBlock, Read
from review.application.queries.list_loads import AskLoadHandler, ListLoadsHandler
from review.application.queries.list_queue import ListQueueHandler
from review.application.queries.own_case import AskOwnCaseHandler
from review.application.queries.read_case import ReadCaseHandler
from review.domain.board_rules import BoardRules
from review.domain.rate_caps import RateCaps


@dataclass(frozen=True, kw_only=True)
class UseCases:
    """Built once by the wiring, or by a test around its fakes."""

    open_case: OpenCaseHandler
    recheck_case: RecheckCaseHandler
    close_cases: CloseCasesHandler
    decide_waiting: DecideWaitingHandler

    note_published: NotePublishedHandler
    note_state: NoteStateHandler
    reverify_live: ReverifyLiveHandler
    note_late_snapshot: NoteLateSnapshotHandler

    claim_case: ClaimCaseHandler
    lapse_claim: LapseClaimHandler
    approve_case: ApproveCaseHandler
    return_case: ReturnCaseHandler

    register_load: RegisterLoadHandler
    say_load: SayLoadHandler
    note_stalled_load: NoteStalledLoadHandler

    ladder: LadderUseCases
    moderation: ModerationUseCases
    access: AccessUseCases

    list_queue: ListQueueHandler
    read_case: ReadCaseHandler
    ask_own_case: AskOwnCaseHandler
    list_loads: ListLoadsHandler
    ask_load: AskLoadHandler

    @classmethod
    def build(  # noqa: PLR0913  # the doors, and what the rules are given
        cls,
        *,
        begin: Begin,
        read_own: Read,
        read_all: Read,
        encode: EncodeBlock,
        alert_late: Callable[[date], None],
        rules: BoardRules,
        rate_caps: RateCaps,
        provider: IdentityProvider,
    ) -> "UseCases":
        """Everything review does, around these doors."""
        deciding = Deciding(rules=rules, rate_caps=rate_caps)
        return cls(
            open_case=OpenCaseHandler(begin=begin, deciding=deciding),
            recheck_case=RecheckCaseHandler(begin=begin, deciding=deciding),
            close_cases=CloseCasesHandler(begin=begin),
            decide_waiting=DecideWaitingHandler(begin=begin, deciding=deciding),
            note_published=NotePublishedHandler(begin=begin, rules=rules),
            note_state=NoteStateHandler(begin=begin),
            reverify_live=ReverifyLiveHandler(begin=begin, rules=rules),
            note_late_snapshot=NoteLateSnapshotHandler(begin=begin, alert=alert_late),
            claim_case=ClaimCaseHandler(begin=begin),
            lapse_claim=LapseClaimHandler(begin=begin),
            approve_case=ApproveCaseHandler(begin=begin, deciding=deciding),
            return_case=ReturnCaseHandler(begin=begin),
            register_load=RegisterLoadHandler(begin=begin),
            say_load=SayLoadHandler(begin=begin, encode=encode),
            note_stalled_load=NoteStalledLoadHandler(begin=begin),
            ladder=LadderUseCases.build(begin=begin, read_own=read_own, read_all=read_all),
            moderation=ModerationUseCases.build(begin=begin, read_all=read_all),
            access=AccessUseCases.build(begin=begin, read_own=read_own, read_all=read_all, provider=provider),
            list_queue=ListQueueHandler(read=read_all),
            read_case=ReadCaseHandler(read=read_all, rules=rules),
            ask_own_case=AskOwnCaseHandler(read=read_own),
            list_loads=ListLoadsHandler(read=read_all),
            ask_load=AskLoadHandler(read=read_all),
        )
