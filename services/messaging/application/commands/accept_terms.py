"""A member accepts the round on the table; with the second acceptance the terms are settled (P15.3, P17.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from messaging.application.membership import participant_of
from messaging.application.ports import Begin, Work
from messaging.application.telling import tell, users_of_both
from messaging.domain.conversation import Conversation
from messaging.domain.terms import Acceptance, TermsAccepted, TermSheet


@dataclass(frozen=True, kw_only=True)
class AcceptTerms:
    """Which round."""

    conversation_id: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Whether both sides have accepted it now."""

    round: int
    both: bool


class AcceptTermsHandler:
    """The conversation's row is the lock: a counter-offer and an acceptance cannot pass one another."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AcceptTerms, cause: Cause) -> Accepted:
        """Accepts.

        Raises:
            ConversationNotFound, ConversationReadOnly, NoTerms, TermsChangedMeanwhile, TermsSettled: it may not be.
        """
        own = participant_of(cause)
        async with self._begin(cause) as work:
            conversation = await work.conversations.get(command.conversation_id)
            conversation.require_writable(own, blocked=await work.conversations.blocked(*conversation.sides))
            sheet = await work.terms.of(conversation.id)
            acceptance = Acceptance(participant_id=own, user_id=cause.subject.user_id, at=work.now)
            both = sheet.accept(command.round, by=acceptance, sides=conversation.sides)
            await work.terms.save(sheet)
            work.note(conversation_id=str(conversation.id), round=command.round, both=both)
            if both:
                await work.scope(everything=True)
                await _settled(work, conversation, sheet, command.round)
            return work.answer(Accepted(round=command.round, both=both))


async def _settled(work: Work, conversation: Conversation, sheet: TermSheet, number: int) -> None:
    for side in conversation.sides:
        await tell(work, side, "terms-accepted", listing_id=conversation.listing_id, conversation_id=conversation.id)
    pledgor_listing_id, pledgee_listing_id = conversation.listings
    work.record(
        TermsAccepted(
            conversation_id=conversation.id,
            recipients=await users_of_both(work, conversation.sides),
            term_sheet_id=sheet.id,
            round=number,
            listing_id=conversation.listing_id,
            pledgor_listing_id=pledgor_listing_id,
            pledgee_listing_id=pledgee_listing_id,
            pledgor_id=conversation.pledgor_id,
            pledgee_id=conversation.pledgee_id,
            at=work.now,
        )
    )
