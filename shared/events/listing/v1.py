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
    """Validity ended, the owner ended it (P12.2), or the operator terminated the owner's access (P4.2)."""

    type: ClassVar[str] = "listing.listing.expired.v1"

    by: Literal["clock", "owner", "operator"]
    expired_at: datetime


class ListingRestricted(ListingEvent, frozen=True, kw_only=True):
    """Hidden from others by a step of the operator; its owner sees why (P4.2)."""

    type: ClassVar[str] = "listing.listing.restricted.v1"

    sanction_id: UUID
    restricted_at: datetime


class ListingUnrestricted(ListingEvent, frozen=True, kw_only=True):
    """No step hides it any more."""

    type: ClassVar[str] = "listing.listing.unrestricted.v1"

    sanction_id: UUID
    unrestricted_at: datetime


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


class UserLeft(ParticipantEvent, frozen=True, kw_only=True):
    """A login acts for the participant no more: its sessions end (BX6)."""

    type: ClassVar[str] = "listing.participant.user_left.v1"

    user_id: str
    left_at: datetime


class TermsAccepted(ParticipantEvent, frozen=True, kw_only=True):
    """A login accepted one version of a legal text (P4.5)."""

    type: ClassVar[str] = "listing.participant.terms_accepted.v1"

    user_id: str
    text: Literal["guide", "privacy"]
    version: str
    accepted_at: datetime


class ConfirmationAsked(ParticipantEvent, frozen=True, kw_only=True):
    """A year has passed since the business information was last confirmed: its owner is asked to (P7.3)."""

    type: ClassVar[str] = "listing.participant.confirmation_asked.v1"

    version: int
    asked_at: datetime


class LoginStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One login: the function it has (None: what its token says), and whether it acts no more."""

    user_id: str
    function: Literal["person", "operator", "viewer", "administrator"] | None
    status: Literal["active", "suspended", "terminated"]
    ended: bool


class StandingChanged(ParticipantEvent, frozen=True, kw_only=True):
    """How the participant and its logins stand now, whole: every service refines its subjects with it.

    `no_access` says why the board is closed to the participant (P6.4); None where it is open. A login's `status` is
    the stricter of its participant's and its own (P4.2).
    """

    type: ClassVar[str] = "listing.participant.standing_changed.v1"

    no_access: str | None
    status: Literal["active", "suspended", "terminated"]
    logins: list[LoginStanding]
    changed_at: datetime


class RegistrationEvent(Event, frozen=True, kw_only=True):
    """An event of one registration case (P17); both participants are told."""

    topic: ClassVar[str] = "listing.registration.v1"
    key_field: ClassVar[str] = "case_id"

    case_id: UUID
    pledgor_participant_id: str
    pledgee_participant_id: str


class RegistrationOpened(RegistrationEvent, frozen=True, kw_only=True):
    """Both sides accepted the same round of terms: a case with its checklist stands open (P17.1)."""

    type: ClassVar[str] = "listing.registration.opened.v1"

    conversation_id: UUID
    pledgor_listing_id: UUID
    pledgee_listing_id: UUID
    opened_at: datetime


class RegistrationNumberRecorded(RegistrationEvent, frozen=True, kw_only=True):
    """A side entered the registration's number (P17.2); the number itself is not said."""

    type: ClassVar[str] = "listing.registration.number_recorded.v1"

    recorded_by: str
    recorded_at: datetime


class RegistrationRegistered(RegistrationEvent, frozen=True, kw_only=True):
    """The depository's registration of this number arrived (P12.3)."""

    type: ClassVar[str] = "listing.registration.registered.v1"

    registered_on: date
    registered_at: datetime


class RegistrationReleased(RegistrationEvent, frozen=True, kw_only=True):
    """The registration of this number was released; no listing reopens (P12.3)."""

    type: ClassVar[str] = "listing.registration.released.v1"

    released_on: date
    released_at: datetime


class RegistrationAbandoned(RegistrationEvent, frozen=True, kw_only=True):
    """One side gave the registration up."""

    type: ClassVar[str] = "listing.registration.abandoned.v1"

    abandoned_by: str
    abandoned_at: datetime


class RegistrationMatchAsked(ListingEvent, frozen=True, kw_only=True):
    """A registration fits the listing in part, or not it alone: its owner is asked whether it is the one (P12.3)."""

    type: ClassVar[str] = "listing.listing.registration_asked.v1"

    asked_at: datetime
