"""A member has read a conversation up to a message."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.membership import participant_of
from messaging.application.ports import Begin
from messaging.domain.conversation import MessageNotFound


@dataclass(frozen=True, kw_only=True)
class ReadTo:
    """How far."""

    conversation_id: UUID
    number: int


class ReadToHandler:
    """Each login reads for itself; going back changes nothing."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ReadTo, cause: Cause) -> None:
        """Marks it.

        Raises:
            ConversationNotFound, MessageNotFound: there is none.
        """
        reader = participant_of(cause)
        async with self._begin(cause) as work:
            conversation = await work.conversations.get(command.conversation_id)
            conversation.other_side(reader)
            if command.number > conversation.last_number:
                raise MessageNotFound(last_number=conversation.last_number)
            await work.conversations.mark_read(
                conversation, user_id=cause.subject.user_id, participant_id=reader, to=command.number
            )
