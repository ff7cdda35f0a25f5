"""A moderator answers who wrote to the administrator (P16.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from messaging.application.commands.send_message import Sent
from messaging.application.ports import Begin
from messaging.application.telling import tell
from messaging.domain.administrator import AdministratorConversationNotFound, AdministratorMessageSent
from messaging.domain.limits import limit_of
from messaging.domain.text import written


@dataclass(frozen=True, kw_only=True)
class AnswerAsAdministrator:
    """What is answered to whom."""

    conversation_id: UUID
    text: str


class AnswerAsAdministratorHandler:
    """The participant is told; each answer names the moderator's login."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AnswerAsAdministrator, cause: Cause) -> Sent:
        """Answers.

        Raises:
            AdministratorConversationNotFound, TextInvalid: it may not be.
        """
        moderator = cause.subject.user_id
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            talk = await work.administrator.get(command.conversation_id)
            if talk is None or talk.participant_id == cause.subject.participant_id:
                # Nobody answers themselves in the operator's name.
                raise AdministratorConversationNotFound
            text = written(command.text, characters_max=limit_of("message_characters", work.today))
            message = talk.write(message_id=new_id(), side="moderator", sent_by=moderator, text=text, now=work.now)
            await work.administrator.send(talk, message)
            await tell(work, talk.participant_id, "administrator-answered", conversation_id=talk.id)
            work.record(
                AdministratorMessageSent(
                    conversation_id=talk.id,
                    recipients=tuple(await work.directory.members_of(talk.participant_id)),
                    message_id=message.id,
                    number=message.number,
                    side="moderator",
                    sent_by=moderator,
                    at=message.sent_at,
                )
            )
            work.note(conversation_id=str(talk.id), message_id=str(message.id), number=message.number)
            return work.answer(Sent(message_id=message.id, number=message.number, sent_at=message.sent_at))
