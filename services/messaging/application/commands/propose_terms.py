"""A member proposes terms, or answers the other side's with a counter-offer (P15.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from messaging.application.membership import writer_of
from messaging.application.ports import Begin
from messaging.application.sending import send
from messaging.domain.terms import Terms


@dataclass(frozen=True, kw_only=True)
class ProposeTerms:
    """What is proposed; `answers` is the round its author has read, 0 for the first."""

    conversation_id: UUID
    answers: int
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """Which round it became, and where it stands among the messages. Never an amount."""

    round: int
    number: int
    proposed_at: datetime


class ProposeTermsHandler:
    """A round is a message of its own kind: it stands in the one order, and its content in the term sheet."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeTerms, cause: Cause) -> Proposed:
        """Proposes.

        Raises:
            ConversationNotFound, ConversationReadOnly, TermsInvalid, TermsChangedMeanwhile, TermsSettled, TooMany.
        """
        by = writer_of(cause)
        async with self._begin(cause) as work:
            conversation = await work.conversations.get(command.conversation_id)
            sheet = await work.terms.of(conversation.id)
            made = sheet.propose(
                command.terms,
                answers=command.answers,
                message_number=conversation.last_number + 1,
                by=by,
                now=work.now,
            )
            await send(work, cause, conversation, message_id=new_id(), kind="terms", text="")
            await work.terms.save(sheet)
            return work.answer(Proposed(round=made.number, number=made.message_number, proposed_at=made.proposed_at))
