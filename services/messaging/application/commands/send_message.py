"""A member writes a text (P15.1, P15.4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from messaging.application.ports import Begin
from messaging.application.sending import send
from messaging.domain.limits import limit_of
from messaging.domain.text import written


@dataclass(frozen=True, kw_only=True)
class SendMessage:
    """What is written where."""

    conversation_id: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Where it stands. Never the text: the answer is kept beside the idempotency key."""

    message_id: UUID
    number: int
    sent_at: datetime


class SendMessageHandler:
    """The conversation's row is the lock: of two writers one is first, and both see the same order."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: SendMessage, cause: Cause) -> Sent:
        """Sends.

        Raises:
            ConversationNotFound, ConversationReadOnly, TextInvalid, TooMany: it may not be.
        """
        async with self._begin(cause) as work:
            conversation = await work.conversations.get(command.conversation_id)
            text = written(command.text, characters_max=limit_of("message_characters", work.today))
            message = await send(work, cause, conversation, message_id=new_id(), kind="text", text=text)
            return work.answer(Sent(message_id=message.id, number=message.number, sent_at=message.sent_at))
