"""Private talk as it travels."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Page
from messaging.application.views import ConversationView
from messaging.domain.board_listing import Area
from messaging.domain.conversation import Message, MessageKind, ReadOnly

# A bound for the edge; the rule itself is dated data (`domain/data/limits.csv`).
Written = Annotated[str, Field(max_length=20_000, examples=["您好，请问最低质押率是否可以商量？"])]
Side = Literal["own", "other"]


class Strict(BaseModel):
    """Nothing is taken that is not asked for."""

    model_config = ConfigDict(extra="forbid")


class NewConversation(Strict):
    """Which listing to talk about."""

    listing_id: UUID


class NewMessage(Strict):
    """What is written."""

    text: Written


class ReadToBody(Strict):
    """How far one has read."""

    number: int = Field(ge=1, examples=[3])


class OpenedBody(BaseModel):
    """The conversation."""

    id: UUID
    opened_at: datetime


class SentBody(BaseModel):
    """Where a message stands."""

    id: UUID
    number: int = Field(examples=[3])
    sent_at: datetime


class ConversationBody(BaseModel):
    """A conversation as one side sees it. `read_only` says why nothing more is written, if so."""

    id: UUID
    listing_id: UUID
    area: Area = Field(description="Of the listing")
    opener_listing_id: UUID = Field(description="The listing in force its opener speaks for")
    opened_by: Side
    other_participant_id: str = Field(examples=["P-HUATONG"])
    opened_at: datetime
    active_at: datetime
    last_number: int
    read_to: int
    unread: int
    read_only: ReadOnly | None
    terms_round: int | None = Field(description="The round of terms on the table")
    accepted_round: int | None = Field(description="The round both sides have accepted")

    @classmethod
    def of(cls, view: ConversationView, *, reader_id: str | None) -> Self:
        """As its reader sees it."""
        opener = view.opener_id == reader_id
        return cls(
            id=view.id,
            listing_id=view.listing_id,
            area=view.area,
            opener_listing_id=view.opener_listing_id,
            opened_by="own" if opener else "other",
            other_participant_id=view.owner_id if opener else view.opener_id,
            opened_at=view.opened_at,
            active_at=view.active_at,
            last_number=view.last_number,
            read_to=view.read_to,
            unread=view.unread,
            read_only=view.read_only,
            terms_round=view.terms_round,
            accepted_round=view.accepted_round,
        )


class ConversationsPage(Page[ConversationBody]):
    """A page of conversations, and how many messages are unread in all."""

    unread: int


class MessageBody(BaseModel):
    """One message; of a round of terms only its place, the terms are read in the term sheet."""

    id: UUID
    number: int
    kind: MessageKind
    side: Side
    sent_by: str = Field(description="The login that wrote it", examples=["chen-wei"])
    text: str
    sent_at: datetime

    @classmethod
    def of(cls, message: Message, *, reader_id: str | None) -> Self:
        """As its reader sees it."""
        return cls(
            id=message.id,
            number=message.number,
            kind=message.kind,
            side="own" if message.participant_id == reader_id else "other",
            sent_by=message.sent_by,
            text=message.text,
            sent_at=message.sent_at,
        )
