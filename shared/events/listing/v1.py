"""What the listing service says, version 1. No name, account number or contact ever enters: `account_ref` only."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Event

Area = Literal["pledgor", "pledgee"]
State = Literal["open", "negotiating", "pledged", "expired"]


class CollateralLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a pledgor's listing (P8.2). `quantity` in shares, or units with decimals by product."""

    line_no: int
    account_ref: str
    market: str
    security: str
    share_class: str | None
    release_date: date | None
    quantity: Decimal


class PledgorTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a pledgor wants (P8.2). Money in CNY; rates, ratios and lines as fractions (0.065, 1.5)."""

    financing_wanted: Decimal
    lowest_pledge_rate: Decimal
    highest_annual_rate: Decimal
    months: int
    warning_line: Decimal
    liquidation_line: Decimal
    valid_until: date


class PledgeeTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a pledgee offers (P8.3). Money in CNY; rates and lines as fractions."""

    funds_from: Decimal
    funds_to: Decimal
    source: str
    months_from: int
    months_to: int
    annual_rate_from: Decimal
    annual_rate_to: Decimal
    highest_pledge_rates: dict[str, Decimal]
    warning_line: Decimal
    liquidation_line: Decimal
    valid_until: date


class ListingEvent(Event, frozen=True, kw_only=True):
    """An event of one listing."""

    topic: ClassVar[str] = "listing.listing.v1"
    key_field: ClassVar[str] = "listing_id"

    listing_id: UUID


class ListingSubmitted(ListingEvent, frozen=True, kw_only=True):
    """A version was submitted for review with its declaration of truth (P4.6)."""

    type: ClassVar[str] = "listing.listing.submitted.v1"

    version: int
    participant_id: str
    area: Area
    submitted_at: datetime
    content_hash: str
    lines: list[CollateralLine]
    pledgor: PledgorTerms | None
    pledgee: PledgeeTerms | None
    institution_category: str | None = None


class ListingRecheckAsked(ListingEvent, frozen=True, kw_only=True):
    """An approval arrived after the day it was good for (P11.1): the version must be verified again."""

    type: ClassVar[str] = "listing.listing.recheck_asked.v1"

    version: int
    asked_at: datetime


class ListingWithdrawn(ListingEvent, frozen=True, kw_only=True):
    """The owner took a version under review back."""

    type: ClassVar[str] = "listing.listing.withdrawn.v1"

    version: int
    withdrawn_at: datetime


class ListingPublished(ListingEvent, frozen=True, kw_only=True):
    """A first version became public, on the snapshot named."""

    type: ClassVar[str] = "listing.listing.published.v1"

    version: int
    participant_id: str
    published_at: datetime
    valid_until: date
    snapshot_date: date | None
    snapshot_revision: int | None


class ListingVersionPublished(ListingEvent, frozen=True, kw_only=True):
    """A later version replaced the public one (P13.1)."""

    type: ClassVar[str] = "listing.listing.version_published.v1"

    version: int
    published_at: datetime
    valid_until: date


class ListingReturned(ListingEvent, frozen=True, kw_only=True):
    """A version went back to its owner; the reasons stand in the review case."""

    type: ClassVar[str] = "listing.listing.returned.v1"

    version: int
    returned_at: datetime


class ListingStatusChanged(ListingEvent, frozen=True, kw_only=True):
    """A move of P12.1 between the four states; expiry has an event of its own."""

    type: ClassVar[str] = "listing.listing.status_changed.v1"

    source: State
    target: State
    changed_at: datetime


class ListingExpired(ListingEvent, frozen=True, kw_only=True):
    """Validity ended, or the owner ended it (P12.2)."""

    type: ClassVar[str] = "listing.listing.expired.v1"

    by: Literal["clock", "owner"]
    expired_at: datetime


class ListingDeleted(ListingEvent, frozen=True, kw_only=True):
    """The owner deleted the listing for good (P13.2)."""

    type: ClassVar[str] = "listing.listing.deleted.v1"

    deleted_at: datetime


class ParticipantEvent(Event, frozen=True, kw_only=True):
    """An event of one participant."""

    topic: ClassVar[str] = "listing.participant.v1"
    key_field: ClassVar[str] = "participant_id"

    participant_id: str


class ParticipantRegistered(ParticipantEvent, frozen=True, kw_only=True):
    """A participant appeared; with accounts, access came with it (P6.1)."""

    type: ClassVar[str] = "listing.participant.registered.v1"

    kind: Literal["person", "institution"]
    access: Literal["granted", "none"]
    account_refs: list[str]
    registered_at: datetime


class UserJoined(ParticipantEvent, frozen=True, kw_only=True):
    """A login began to act for the participant."""

    type: ClassVar[str] = "listing.participant.user_joined.v1"

    user_id: str
    function: str
    joined_at: datetime


class BusinessInformationChanged(ParticipantEvent, frozen=True, kw_only=True):
    """A new version of the business information (P7.2); its content is not said."""

    type: ClassVar[str] = "listing.participant.business_information_changed.v1"

    version: int
    changed_at: datetime
