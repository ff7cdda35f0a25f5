"""How something gets its place in a conversation: counted, numbered, kept, told and said, for texts and for terms."""

from uuid import UUID

from chassis.cause import Cause
from messaging.application.membership import writer_of
from messaging.application.ports import Work
from messaging.application.telling import tell, users_of_both
from messaging.domain.conversation import Conversation, Message, MessageKind, MessageSent
from messaging.domain.limits import allowance
from messaging.domain.notification import Kind


async def send(
    work: Work, cause: Cause, conversation: Conversation, *, message_id: UUID, kind: MessageKind, text: str
) -> Message:
    """Writes into a conversation that the transaction has locked; the scope is everything from here on.

    Raises:
        ConversationReadOnly, TooMany: it may not be.
    """
    by = writer_of(cause)
    blocked = await work.conversations.blocked(*conversation.sides)
    message = conversation.write(message_id=message_id, kind=kind, text=text, by=by, blocked=blocked, now=work.now)
    minute = allowance("messages", work.now)
    used = await work.quotas.use(minute, subject=by.user_id, participant_id=by.participant_id)
    minute.require(used, now=work.now)
    await work.scope(everything=True)
    await _tell_other_side(work, conversation, message)
    await work.conversations.send(conversation, message)
    work.record(
        MessageSent(
            conversation_id=conversation.id,
            recipients=await users_of_both(work, conversation.sides),
            message_id=message.id,
            number=message.number,
            kind=kind,
            participant_id=message.participant_id,
            sent_by=message.sent_by,
            at=message.sent_at,
        )
    )
    work.note(conversation_id=str(conversation.id), message_id=str(message.id), number=message.number)
    return message


async def _tell_other_side(work: Work, conversation: Conversation, message: Message) -> None:
    """A new round of terms is always told; a text only where nothing unread waits already: no line for each word."""
    reader = conversation.other_side(message.participant_id)
    if message.kind == "text" and await work.conversations.waits_unread(conversation, reader_id=reader):
        return
    kind: Kind = "message-received" if message.kind == "text" else "terms-proposed"
    await tell(work, reader, kind, listing_id=conversation.listing_id, conversation_id=conversation.id)
