"""A member will not be written to by the other side any more, or will again (P15.4)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.membership import participant_of
from messaging.application.ports import Begin
from messaging.application.telling import users_of_both
from messaging.domain.conversation import ConversationBlocked, ConversationUnblocked


@dataclass(frozen=True, kw_only=True)
class BlockParticipant:
    """The other side of this conversation; `blocked` says from which state to which."""

    conversation_id: UUID
    blocked: bool


class BlockParticipantHandler:
    """A block lies between two participants: all they share is read-only, and nothing new is opened."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: BlockParticipant, cause: Cause) -> None:
        """Blocks or unblocks; once more changes nothing and says nothing.

        Raises:
            ConversationNotFound: the subject is no member.
        """
        own = participant_of(cause)
        user_id = cause.subject.user_id
        async with self._begin(cause) as work:
            other = (await work.conversations.get(command.conversation_id)).other_side(own)
            work.note(conversation_id=str(command.conversation_id), blocked=command.blocked)
            if command.blocked:
                changed = await work.conversations.block(blocker_id=own, blocked_id=other, user_id=user_id, at=work.now)
            else:
                changed = await work.conversations.unblock(blocker_id=own, blocked_id=other)
            if not changed:
                return
            shared = await work.conversations.between(own, other)
            await work.scope(everything=True)
            recipients = await users_of_both(work, (own, other))
            fact = ConversationBlocked if command.blocked else ConversationUnblocked
            work.record(
                *(
                    fact(conversation_id=one.id, recipients=recipients, blocker_id=own, blocked_id=other, at=work.now)
                    for one in shared
                )
            )
