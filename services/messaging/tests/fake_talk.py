"""Private talk in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis.kernel import new_id
from messaging.domain.conversation import Conversation, ConversationNotFound, Message
from messaging.domain.limits import Allowance
from messaging.domain.terms import TermSheet


@dataclass
class FakeTalk:
    """Conversations, messages, blocks and how far everybody has read."""

    conversations: dict[UUID, Conversation] = field(default_factory=dict)
    written: list[Message] = field(default_factory=list)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    read_to: dict[tuple[UUID, str], tuple[str, int]] = field(default_factory=dict)

    async def get(self, conversation_id: UUID) -> Conversation:
        if conversation_id not in self.conversations:
            raise ConversationNotFound
        return replace(self.conversations[conversation_id])

    async def about(self, listing_id: UUID, opener_id: str) -> Conversation | None:
        found = (
            one for one in self.conversations.values() if (one.listing_id, one.opener_id) == (listing_id, opener_id)
        )
        return next(found, None)

    async def add(self, conversation: Conversation) -> bool:
        self.conversations[conversation.id] = conversation
        return True

    async def between(self, one: str, other: str) -> Sequence[Conversation]:
        return [talk for talk in self.conversations.values() if set(talk.sides) == {one, other}]

    async def close_about(self, listing_id: UUID) -> None:
        for one in self.conversations.values():
            if one.listing_id == listing_id:
                one.listing_deleted = True

    async def note_terminated(self, participant_id: str, *, terminated: bool) -> None:
        for one in self.conversations.values():
            if participant_id in one.sides:
                one.terminated = terminated

    async def send(self, conversation: Conversation, message: Message) -> None:
        self.conversations[conversation.id] = conversation
        self.written.append(message)

    async def messages(self, conversation_id: UUID, numbers: Sequence[int]) -> Sequence[Message]:
        return [one for one in self.written if one.conversation_id == conversation_id and one.number in numbers]

    async def waits_unread(self, conversation: Conversation, *, reader_id: str) -> bool:
        read = [to for (talk, _), (side, to) in self.read_to.items() if (talk, side) == (conversation.id, reader_id)]
        return any(
            one.number > max(read, default=0) and one.participant_id != reader_id
            for one in self.written
            if one.conversation_id == conversation.id
        )

    async def mark_read(self, conversation: Conversation, *, user_id: str, participant_id: str, to: int) -> bool:
        _, before = self.read_to.get((conversation.id, user_id), ("", 0))
        self.read_to[conversation.id, user_id] = (participant_id, max(before, to))
        return to > before

    async def blocked(self, one: str, other: str) -> bool:
        return bool(self.blocks & {(one, other), (other, one)})

    async def block(self, *, blocker_id: str, blocked_id: str, user_id: str, at: datetime) -> bool:  # the port's
        made = (blocker_id, blocked_id) not in self.blocks
        self.blocks.add((blocker_id, blocked_id))
        return made

    async def unblock(self, *, blocker_id: str, blocked_id: str) -> bool:
        stood = (blocker_id, blocked_id) in self.blocks
        self.blocks.discard((blocker_id, blocked_id))
        return stood


@dataclass
class FakeTerms:
    """Term sheets by conversation."""

    sheets: dict[UUID, TermSheet] = field(default_factory=dict)

    async def of(self, conversation_id: UUID) -> TermSheet:
        found = self.sheets.get(conversation_id)
        if found is None:
            return TermSheet(id=new_id(), conversation_id=conversation_id)
        return replace(found, rounds=list(found.rounds))

    async def save(self, sheet: TermSheet) -> None:
        self.sheets[sheet.conversation_id] = sheet


@dataclass
class FakeQuotas:
    """Uses by what is counted, who, and since when."""

    used: dict[tuple[str, str, datetime], int] = field(default_factory=dict)

    async def use(self, allowed: Allowance, *, subject: str, participant_id: str) -> int:  # the port's
        place = (allowed.counted, subject, allowed.begins)
        self.used[place] = self.used.get(place, 0) + 1
        return self.used[place]
