"""A participant writes to the administrator, whatever its status (P16.1)."""

from dataclasses import dataclass

from chassis.cause import Cause
from chassis.kernel import new_id
from messaging.application.commands.send_message import Sent
from messaging.application.membership import participant_of
from messaging.application.ports import Begin
from messaging.domain.administrator import AdministratorMessageSent
from messaging.domain.limits import allowance, limit_of
from messaging.domain.text import written


@dataclass(frozen=True, kw_only=True)
class WriteToAdministrator:
    """What is asked."""

    text: str


class WriteToAdministratorHandler:
    """The first message makes the conversation: a participant has one, shared by its logins."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: WriteToAdministrator, cause: Cause) -> Sent:
        """Writes.

        Raises:
            TextInvalid, TooMany: it may not be.
        """
        own, writer = participant_of(cause), cause.subject.user_id
        async with self._begin(cause) as work:
            text = written(command.text, characters_max=limit_of("message_characters", work.today))
            minute = allowance("administrator_messages", work.now)
            minute.require(await work.quotas.use(minute, subject=writer, participant_id=own), now=work.now)
            talk = await work.administrator.of(own, first_id=new_id(), at=work.now)
            message = talk.write(message_id=new_id(), side="user", sent_by=writer, text=text, now=work.now)
            await work.administrator.send(talk, message)
            work.record(
                AdministratorMessageSent(
                    conversation_id=talk.id,
                    recipients=tuple(await work.directory.members_of(own)),
                    message_id=message.id,
                    number=message.number,
                    side="user",
                    sent_by=writer,
                    at=message.sent_at,
                )
            )
            work.note(conversation_id=str(talk.id), message_id=str(message.id), number=message.number)
            return work.answer(Sent(message_id=message.id, number=message.number, sent_at=message.sent_at))
