"""What the use cases need of the world; persistence implements it, tests fake it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from chassis.cause import Cause, LoginStanding, Status
from chassis.kernel import Fact
from messaging.application.views import (
    AdministratorPage,
    AdministratorTalk,
    ConversationPage,
    ConversationView,
    EvidenceView,
    Inbox,
    MessagePage,
    ReportPage,
    TermsView,
)
from messaging.domain.administrator import AdministratorConversation, AdministratorMessage
from messaging.domain.board_listing import Area, BoardListing
from messaging.domain.conversation import Conversation, Message
from messaging.domain.limits import Allowance
from messaging.domain.notification import Notification
from messaging.domain.report import Evidence, MessageReport
from messaging.domain.terms import TermSheet

T = TypeVar("T")


class Directory(Protocol):
    """What listings there are, whose they are, and who acts for a participant, as far as events have said."""

    async def owner_of(self, listing_id: UUID) -> str | None:
        """The participant, if its submission was heard."""

    async def listing(self, listing_id: UUID) -> BoardListing | None:
        """One, if it is in the scope of this transaction."""

    async def listings_of(self, participant_id: str) -> Sequence[BoardListing]:
        """A participant's listings that are published and not deleted."""

    async def note_listing(self, listing_id: UUID, *, participant_id: str, area: Area) -> None:
        """Its submission was heard now; owner and area never change."""

    async def follow(self, listing: BoardListing) -> None:
        """It stands so from now on."""

    async def users_of(self, participant_id: str) -> Sequence[str]:
        """The users heard of, in a stable order."""

    async def members_of(self, participant_id: str) -> Sequence[str]:
        """Those of them who may take part in talk: everybody but viewers."""

    async def note_user(self, participant_id: str, user_id: str, function: str) -> None:
        """One was heard of now, or of its new function."""

    async def forget_user(self, participant_id: str, user_id: str) -> None:
        """It acts for the participant no more."""


class Standings(Protocol):
    """How logins stand, as the board has said."""

    async def put(
        self, participant_id: str, *, no_access: str | None, status: Status, logins: Sequence[LoginStanding]
    ) -> None:
        """Takes the board's word in the place of what it said before."""


class Notifications(Protocol):
    """The inbox."""

    async def add(self, notification: Notification) -> None:
        """Puts one in."""

    async def get(self, notification_id: UUID) -> Notification | None:
        """One, if it is in the scope of this transaction."""

    async def without_owner(self, listing_id: UUID) -> Sequence[Notification]:
        """Those that came before their listing's owner was known, oldest first."""

    async def address(self, listing_id: UUID, participant_id: str) -> None:
        """Gives them their owner."""

    async def mark_read(self, notification: Notification, user_id: str, at: datetime) -> bool:
        """Whether this user had not read it before."""


class Conversations(Protocol):
    """Conversations and what is written in them."""

    async def get(self, conversation_id: UUID) -> Conversation:
        """One in the scope of this transaction, locked: whoever writes next waits.

        Raises:
            ConversationNotFound: there is none in scope.
        """

    async def about(self, listing_id: UUID, opener_id: str) -> Conversation | None:
        """The one a participant has opened about a listing."""

    async def add(self, conversation: Conversation) -> bool:
        """Keeps a new one; whether nobody else was faster."""

    async def between(self, one: str, other: str) -> Sequence[Conversation]:
        """All conversations of two participants, whoever opened them."""

    async def send(self, conversation: Conversation, message: Message) -> None:
        """Keeps a message at its place."""

    async def messages(self, conversation_id: UUID, numbers: Sequence[int]) -> Sequence[Message]:
        """Those that exist, in order."""

    async def close_about(self, listing_id: UUID) -> None:
        """A listing was deleted: what was said about it is read-only."""

    async def note_terminated(self, participant_id: str, *, terminated: bool) -> None:
        """A participant's access was terminated, or stands: so do its conversations."""

    async def waits_unread(self, conversation: Conversation, *, reader_id: str) -> bool:
        """Whether a side has something unread in it already."""

    async def mark_read(self, conversation: Conversation, *, user_id: str, participant_id: str, to: int) -> bool:
        """Whether this user had not read as far before."""

    async def blocked(self, one: str, other: str) -> bool:
        """Whether either of two participants has blocked the other."""

    async def block(self, *, blocker_id: str, blocked_id: str, user_id: str, at: datetime) -> bool:
        """Whether it had not before."""

    async def unblock(self, *, blocker_id: str, blocked_id: str) -> bool:
        """Whether it had before."""


class TermSheets(Protocol):
    """The terms of conversations."""

    async def of(self, conversation_id: UUID) -> TermSheet:
        """The sheet of a conversation; an empty one with an id of its own, if nobody has proposed."""

    async def save(self, sheet: TermSheet) -> None:
        """Keeps its last round and what was accepted."""


class AdministratorConversations(Protocol):
    """What participants write to the administrator."""

    async def of(self, participant_id: str, *, first_id: UUID, at: datetime) -> AdministratorConversation:
        """A participant's, locked; made under `first_id` if it has never written."""

    async def get(self, conversation_id: UUID) -> AdministratorConversation | None:
        """One in scope, locked."""

    async def send(self, conversation: AdministratorConversation, message: AdministratorMessage) -> None:
        """Keeps a message at its place."""


class Reports(Protocol):
    """Reported messages."""

    async def add(self, report: MessageReport, evidence: Sequence[Evidence]) -> None:
        """Keeps a report and freezes its evidence."""

    async def get(self, report_id: UUID) -> MessageReport | None:
        """One in scope, locked."""

    async def save(self, report: MessageReport) -> None:
        """Keeps what became of it."""


class Quotas(Protocol):
    """How often somebody did something."""

    async def use(self, allowed: Allowance, *, subject: str, participant_id: str) -> int:
        """Counts one more use, and says how many there are in this minute or day."""


class Work(Protocol):
    """One transaction."""

    @property
    def now(self) -> datetime:
        """Its time."""

    @property
    def today(self) -> date:
        """Its business day."""

    @property
    def directory(self) -> Directory:
        """Who is who."""

    @property
    def standings(self) -> Standings:
        """How logins stand."""

    @property
    def notifications(self) -> Notifications:
        """The inbox."""

    @property
    def conversations(self) -> Conversations:
        """Private talk."""

    @property
    def terms(self) -> TermSheets:
        """What is proposed in it."""

    @property
    def administrator(self) -> AdministratorConversations:
        """Talk with the administrator."""

    @property
    def reports(self) -> Reports:
        """What was reported."""

    @property
    def quotas(self) -> Quotas:
        """How often."""

    async def scope(self, *, participant_id: str | None = None, everything: bool = False) -> None:
        """Whose rows it sees from here on."""

    def record(self, *facts: Fact) -> None:
        """What happened, in order."""

    def answer(self, result: T) -> T:
        """Remembered beside the idempotency key, and returned: ids and figures, never a text."""

    def note(self, **details: object) -> None:
        """Details for the audit row."""


Begin = Callable[[Cause], AbstractAsyncContextManager[Work]]


class Reading(Protocol):
    """One consistent read, in the scope of who asks."""

    @property
    def now(self) -> datetime:
        """The moment it speaks of."""

    async def inbox(self, *, user_id: str, after: tuple[datetime, UUID] | None, limit: int, unread_only: bool) -> Inbox:
        """The notifications after a place."""

    async def conversations(
        self, *, user_id: str, participant_id: str, after: tuple[datetime, UUID] | None, limit: int
    ) -> ConversationPage:
        """A side's conversations after a place, the last active first."""

    async def conversation(
        self, conversation_id: UUID, *, user_id: str, participant_id: str
    ) -> ConversationView | None:
        """One as a side sees it."""

    async def messages(self, conversation_id: UUID, *, before: int | None, since: int, limit: int) -> MessagePage:
        """Messages below a number and above another, the last first."""

    async def term_sheet(self, conversation_id: UUID) -> TermsView | None:
        """The rounds so far."""

    async def administrator_talk(
        self, *, participant_id: str | None, conversation_id: UUID | None, before: int | None, limit: int
    ) -> AdministratorTalk | None:
        """A participant's talk with the administrator, by whose it is or by its id."""

    async def administrator_page(self, *, after: tuple[datetime, UUID] | None, limit: int) -> AdministratorPage:
        """Those that wait for an answer, the longest first."""

    async def reports(self, *, after: UUID | None, limit: int) -> ReportPage:
        """The reports of a side, the newest first."""

    async def evidence(self, report_id: UUID) -> EvidenceView | None:
        """One report with what was frozen."""


Read = Callable[[Cause], AbstractAsyncContextManager[Reading]]
