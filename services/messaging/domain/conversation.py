"""Two participants talk in private about a listing (P15): who may open, who takes part, and when it is read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal
from messaging.domain.board_listing import OTHER_AREA, Area, BoardListing

ReadOnly = Literal["listing_deleted", "terminated", "blocked"]
MessageKind = Literal["text", "terms"]
# The login function that reads everything of its participant but talk.
VIEWER = "viewer"


class ConversationNotFound(Refusal):
    """There is no such conversation, or the reader is no member of it: the two are not told apart."""

    slug: ClassVar[str] = "conversation-not-found"
    title_zh: ClassVar[str] = "未找到该会话"
    title_en: ClassVar[str] = "No such conversation"
    denial = True


class ListingNotOpenToTalk(Refusal):
    """The listing is not in force on the board, so nobody can begin to talk about it."""

    slug: ClassVar[str] = "listing-not-found"
    title_zh: ClassVar[str] = "未找到该发布信息"
    title_en: ClassVar[str] = "No such listing"
    denial = True


class NoListingInForce(Refusal):
    """Opening a conversation needs a listing in force of one's own (P15.2); publishing one is the way."""

    slug: ClassVar[str] = "no-listing-in-force"
    title_zh: ClassVar[str] = "须有本人处于有效期的发布信息方可发起会话"
    title_en: ClassVar[str] = "Opening a conversation needs a listing in force of your own"


class SameArea(Refusal):
    """Talk is with owners of listings in the other area (P3.1); `needed_area` says where one's own has to stand."""

    slug: ClassVar[str] = "same-area"
    title_zh: ClassVar[str] = "仅可与另一区域信息的发布人会话，请先在对应区域发布信息"
    title_en: ClassVar[str] = "Talk is with owners of listings in the other area; publish one there first"


class OwnListing(Refusal):
    """The listing is the opener's own."""

    slug: ClassVar[str] = "own-listing"
    title_zh: ClassVar[str] = "不能就本人的发布信息发起会话"
    title_en: ClassVar[str] = "This listing is your own"


class ParticipantBlocked(Refusal):
    """One side has blocked the other: no conversation between them is opened."""

    slug: ClassVar[str] = "blocked"
    title_zh: ClassVar[str] = "双方之间存在屏蔽，无法发起会话"
    title_en: ClassVar[str] = "One of the two sides has blocked the other"


class ConversationReadOnly(Refusal):
    """Nothing more is written here; `reason` says why (P15.2)."""

    slug: ClassVar[str] = "conversation-read-only"
    title_zh: ClassVar[str] = "该会话已为只读"
    title_en: ClassVar[str] = "This conversation is read-only"


class MessageNotFound(Refusal):
    """The conversation has no message of this number."""

    slug: ClassVar[str] = "message-not-found"
    title_zh: ClassVar[str] = "会话中没有该消息"
    title_en: ClassVar[str] = "The conversation has no such message"


@dataclass(frozen=True, kw_only=True)
class ConversationFact(Fact):
    """Something that happened in a conversation; `recipients` are the users it is shown to at once."""

    conversation_id: UUID
    recipients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationFact):
    """A participant began to talk with the owner of a listing."""

    listing_id: UUID
    opener_listing_id: UUID
    opener_id: str
    owner_id: str
    opened_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageSent(ConversationFact):
    """Something was written at a place of the one order both sides see."""

    message_id: UUID
    number: int
    kind: MessageKind
    participant_id: str
    sent_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConversationBlocked(ConversationFact):
    """One side will not be written to by the other."""

    blocker_id: str
    blocked_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConversationUnblocked(ConversationFact):
    """It took that back."""

    blocker_id: str
    blocked_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A login, and the participant whose side it shares."""

    participant_id: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """What stands at one place; `text` is empty for a round of terms, which lies in the term sheet."""

    id: UUID
    conversation_id: UUID
    number: int
    kind: MessageKind
    participant_id: str
    sent_by: str
    text: str
    sent_at: datetime


@dataclass(kw_only=True)
class Conversation:
    """One conversation between the owner of a listing and the participant who opened it.

    `last_number` counts its messages: taking the next one under the row's lock is what makes one order for both.
    `listing_deleted` and `terminated` (either side's access) make it read-only; expiry does not (P15.2).
    """

    id: UUID
    listing_id: UUID
    area: Area
    owner_id: str
    opener_id: str
    opener_listing_id: UUID
    opened_by: str
    opened_at: datetime
    active_at: datetime
    last_number: int = 0
    listing_deleted: bool = False
    terminated: bool = False

    @classmethod
    def open(
        cls,
        *,
        conversation_id: UUID,
        listing: BoardListing | None,
        own: Sequence[BoardListing],
        by: Writer,
        blocked: bool,
        now: datetime,
    ) -> "Conversation":
        """A conversation about a listing in force, by a participant with one in force in the other area.

        Raises:
            NoListingInForce, ListingNotOpenToTalk, OwnListing, SameArea, ParticipantBlocked: it may not be.
        """
        today = now.date()
        in_force = [one for one in own if one.in_force(today)]
        if not in_force:
            raise NoListingInForce(reason="no_listing_in_force")
        if listing is None or not listing.in_force(today):
            raise ListingNotOpenToTalk
        if listing.participant_id == by.participant_id:
            raise OwnListing
        opposite = _in_area(in_force, OTHER_AREA[listing.area], today)
        if blocked:
            raise ParticipantBlocked
        return cls(
            id=conversation_id,
            listing_id=listing.id,
            area=listing.area,
            owner_id=listing.participant_id,
            opener_id=by.participant_id,
            opener_listing_id=opposite.id,
            opened_by=by.user_id,
            opened_at=now,
            active_at=now,
        )

    @property
    def sides(self) -> tuple[str, str]:
        """The two participants."""
        return self.opener_id, self.owner_id

    @property
    def pledgor_id(self) -> str:
        """Who would borrow against securities."""
        return self.owner_id if self.area == "pledgor" else self.opener_id

    @property
    def pledgee_id(self) -> str:
        """Who would lend."""
        return self.opener_id if self.area == "pledgor" else self.owner_id

    def other_side(self, participant_id: str) -> str:
        """The other member.

        Raises:
            ConversationNotFound: the participant is no member.
        """
        if participant_id not in self.sides:
            raise ConversationNotFound
        return self.owner_id if participant_id == self.opener_id else self.opener_id

    @property
    def listings(self) -> tuple[UUID, UUID]:
        """The listings of the pledgor and of the pledgee."""
        if self.area == "pledgor":
            return self.listing_id, self.opener_listing_id
        return self.opener_listing_id, self.listing_id

    def require_writable(self, participant_id: str, *, blocked: bool) -> None:
        """Refuses who is no member, and everybody while it is read-only.

        Raises:
            ConversationNotFound, ConversationReadOnly: with the reason.
        """
        self.other_side(participant_id)
        reason = read_only_reason(listing_deleted=self.listing_deleted, terminated=self.terminated, blocked=blocked)
        if reason is not None:
            raise ConversationReadOnly(reason=reason)

    def write(
        self, *, message_id: UUID, kind: MessageKind, text: str, by: Writer, blocked: bool, now: datetime
    ) -> Message:
        """The next message in the order both sides see.

        Raises:
            ConversationNotFound: the writer is no member.
            ConversationReadOnly: with the reason.
        """
        self.require_writable(by.participant_id, blocked=blocked)
        self.last_number += 1
        self.active_at = now
        return Message(
            id=message_id,
            conversation_id=self.id,
            number=self.last_number,
            kind=kind,
            participant_id=by.participant_id,
            sent_by=by.user_id,
            text=text,
            sent_at=now,
        )


def _in_area(in_force: Sequence[BoardListing], area: Area, today: date) -> BoardListing:
    """The listing one speaks for: of several the one that stands longest."""
    there = [one for one in in_force if one.area == area]
    if not there:
        raise SameArea(needed_area=area)
    return max(there, key=lambda one: (one.valid_until or today, one.id))


def read_only_reason(*, listing_deleted: bool, terminated: bool, blocked: bool) -> ReadOnly | None:
    """Why nothing more is written; expiry is no reason (P15.2)."""
    if listing_deleted:
        return "listing_deleted"
    if terminated:
        return "terminated"
    return "blocked" if blocked else None
