"""Everything messaging does."""

from dataclasses import dataclass

from messaging.application.commands.accept_terms import AcceptTermsHandler
from messaging.application.commands.answer_as_administrator import AnswerAsAdministratorHandler
from messaging.application.commands.block_participant import BlockParticipantHandler
from messaging.application.commands.follow_listing import FollowListingHandler
from messaging.application.commands.follow_moderation import FollowClaimHandler, FollowDecisionHandler
from messaging.application.commands.forget_user import ForgetUserHandler
from messaging.application.commands.mark_read import MarkReadHandler
from messaging.application.commands.note_listing import NoteListingHandler
from messaging.application.commands.note_standing import NoteStandingHandler
from messaging.application.commands.note_user import NoteUserHandler
from messaging.application.commands.open_conversation import OpenConversationHandler
from messaging.application.commands.propose_terms import ProposeTermsHandler
from messaging.application.commands.read_to import ReadToHandler
from messaging.application.commands.report_messages import ReportMessagesHandler
from messaging.application.commands.send_message import SendMessageHandler
from messaging.application.commands.tell_owner import TellOwnerHandler
from messaging.application.commands.tell_participant import TellParticipantHandler
from messaging.application.commands.write_to_administrator import WriteToAdministratorHandler
from messaging.application.ports import Begin, Read
from messaging.application.queries.list_notifications import ListNotificationsHandler
from messaging.application.queries.read_administrator_talk import ReadAdministratorTalkHandler
from messaging.application.queries.read_conversations import ReadConversationsHandler
from messaging.application.queries.read_hotline import ReadHotlineHandler
from messaging.application.queries.read_reports import ReadReportsHandler


@dataclass(frozen=True, kw_only=True)
class UseCases:
    """The table of contents."""

    # what the board and review say
    note_listing: NoteListingHandler
    follow_listing: FollowListingHandler
    note_user: NoteUserHandler
    forget_user: ForgetUserHandler
    note_standing: NoteStandingHandler
    tell_owner: TellOwnerHandler
    tell_participant: TellParticipantHandler
    follow_claim: FollowClaimHandler
    follow_decision: FollowDecisionHandler
    # the inbox
    mark_read: MarkReadHandler
    list_notifications: ListNotificationsHandler
    # private talk
    open_conversation: OpenConversationHandler
    send_message: SendMessageHandler
    read_to: ReadToHandler
    block_participant: BlockParticipantHandler
    propose_terms: ProposeTermsHandler
    accept_terms: AcceptTermsHandler
    read_conversations: ReadConversationsHandler
    # the operator's desk
    read_hotline: ReadHotlineHandler
    write_to_administrator: WriteToAdministratorHandler
    answer_as_administrator: AnswerAsAdministratorHandler
    read_administrator_talk: ReadAdministratorTalkHandler
    report_messages: ReportMessagesHandler
    read_reports: ReadReportsHandler

    @classmethod
    def build(cls, *, begin: Begin, read: Read, read_desk: Read) -> "UseCases":
        """All of them around the same doors; `read_desk` sees every side, for moderators alone."""
        return cls(
            note_listing=NoteListingHandler(begin=begin),
            follow_listing=FollowListingHandler(begin=begin),
            note_user=NoteUserHandler(begin=begin),
            forget_user=ForgetUserHandler(begin=begin),
            note_standing=NoteStandingHandler(begin=begin),
            tell_owner=TellOwnerHandler(begin=begin),
            tell_participant=TellParticipantHandler(begin=begin),
            follow_claim=FollowClaimHandler(begin=begin),
            follow_decision=FollowDecisionHandler(begin=begin),
            mark_read=MarkReadHandler(begin=begin),
            list_notifications=ListNotificationsHandler(read=read),
            open_conversation=OpenConversationHandler(begin=begin),
            send_message=SendMessageHandler(begin=begin),
            read_to=ReadToHandler(begin=begin),
            block_participant=BlockParticipantHandler(begin=begin),
            propose_terms=ProposeTermsHandler(begin=begin),
            accept_terms=AcceptTermsHandler(begin=begin),
            read_conversations=ReadConversationsHandler(read=read),
            read_hotline=ReadHotlineHandler(read=read),
            write_to_administrator=WriteToAdministratorHandler(begin=begin),
            answer_as_administrator=AnswerAsAdministratorHandler(begin=begin),
            read_administrator_talk=ReadAdministratorTalkHandler(read=read, read_desk=read_desk),
            report_messages=ReportMessagesHandler(begin=begin),
            read_reports=ReadReportsHandler(read=read, read_desk=read_desk),
        )
