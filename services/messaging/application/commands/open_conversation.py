"""A participant begins to talk with the owner of a listing in the other area (P15.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from messaging.application.membership import writer_of
from messaging.application.ports import Begin, Work
from messaging.application.telling import tell, users_of_both
from messaging.domain.conversation import Conversation, ConversationOpened, Writer
from messaging.domain.limits import allowance


@dataclass(frozen=True, kw_only=True)
class OpenConversation:
    """About which listing."""

    listing_id: UUID


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The conversation; the one that stands already is answered again."""

    conversation_id: UUID
    opened_at: datetime


class OpenConversationHandler:
    """The opener's listing in force is looked for at this very moment, in messaging's own projection."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: OpenConversation, cause: Cause) -> Opened:
        """Opens.

        Raises:
            NoListingInForce, ListingNotOpenToTalk, OwnListing, SameArea, ParticipantBlocked, TooMany: it may not be.
        """
        by = writer_of(cause)
        opener = by.participant_id
        async with self._begin(cause) as work:
            standing = await work.conversations.about(command.listing_id, opener)
            if standing is not None:
                return work.answer(_opened(standing))
            made = await self._made(work, command, by)
            if not await work.conversations.add(made):
                # Another device of the same side was faster by a moment: its conversation is the one.
                standing = await work.conversations.about(command.listing_id, opener)
                return work.answer(_opened(standing or made))
            today = allowance("conversations", work.now)
            today.require(
                await work.quotas.use(today, subject=opener, participant_id=opener),
                now=work.now,
            )
            await tell(work, made.owner_id, "conversation-opened", listing_id=made.listing_id, conversation_id=made.id)
            work.record(await _said(work, made))
            work.note(conversation_id=str(made.id), listing_id=str(made.listing_id))
            return work.answer(_opened(made))

    async def _made(self, work: Work, command: OpenConversation, by: Writer) -> Conversation:
        own = await work.directory.listings_of(by.participant_id)
        # From here on the other side's rows are needed: whose the listing is, who acts for its owner, who has blocked.
        await work.scope(everything=True)
        listing = await work.directory.listing(command.listing_id)
        return Conversation.open(
            conversation_id=new_id(),
            listing=listing,
            own=own,
            by=by,
            blocked=listing is not None and await work.conversations.blocked(by.participant_id, listing.participant_id),
            now=work.now,
        )


async def _said(work: Work, made: Conversation) -> ConversationOpened:
    return ConversationOpened(
        conversation_id=made.id,
        recipients=await users_of_both(work, made.sides),
        listing_id=made.listing_id,
        opener_listing_id=made.opener_listing_id,
        opener_id=made.opener_id,
        owner_id=made.owner_id,
        opened_by=made.opened_by,
        at=made.opened_at,
    )


def _opened(conversation: Conversation) -> Opened:
    return Opened(conversation_id=conversation.id, opened_at=conversation.opened_at)
