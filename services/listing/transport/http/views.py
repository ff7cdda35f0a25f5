"""What listings look like to their owners and to others."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from finance.units import yuan
from listing.application.queries.read_listing import ListingDetail, OwnListing, Valuation
from listing.application.standing import Standing, standing_of
from listing.domain.boxes import boxes_of
from listing.domain.business_information import BusinessInformationVersion
from listing.domain.content import Area, content_hash
from listing.domain.listing import Listing
from listing.domain.live_check import LiveCheck
from listing.domain.participant import Participant
from listing.domain.states import Publication, State, Visibility
from listing.domain.summary import Band, Summary
from listing.domain.version import Progress, Reason, Version
from listing.transport.http.contents import Content
from listing.transport.http.ladder_views import DemandView, RestrictionView
from listing.transport.http.registration_views import QuestionView


class StandingView(BaseModel):
    """How a listing stands after a command; `content_hash` is what a declaration about the draft names."""

    id: UUID
    revision: int
    publication: Publication
    state: State | None
    visibility: Visibility
    version: int
    review: Progress | None
    waits_for: date | None
    content_hash: str | None
    allowed_moves: list[State]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """As it is shown."""
        return cls(
            id=standing.listing_id,
            revision=standing.revision,
            publication=standing.publication,
            state=standing.state,
            visibility=standing.visibility,
            version=standing.version,
            review=standing.review,
            waits_for=standing.waits_for,
            content_hash=standing.content_hash,
            allowed_moves=list(standing.allowed_moves),
        )


class ReasonView(BaseModel):
    """A coded reason, the field it is about, and the figures that show the way out (P11.8)."""

    code: str
    pointer: str
    rule_id: str
    rule_version: str
    message_zh: str
    message_en: str
    held: Decimal | None
    available: Decimal | None
    asked: Decimal | None
    deductions: dict[str, Decimal]

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """As it is shown."""
        return cls(
            code=reason.code,
            pointer=reason.pointer,
            rule_id=reason.rule_id,
            rule_version=reason.rule_version,
            message_zh=reason.message_zh,
            message_en=reason.message_en,
            held=reason.held,
            available=reason.available,
            asked=reason.asked,
            deductions=dict(reason.deductions),
        )


class VersionView(BaseModel):
    """One submitted version and how far its review is."""

    version: int
    status: str
    submitted_at: datetime
    declared_by: str
    declaration_text: str
    content_hash: str
    progress: Progress | None
    waits_for: date | None
    reasons: list[ReasonView]
    snapshot_date: date | None
    snapshot_revision: int | None
    content: Content

    @classmethod
    def of(cls, version: Version | None) -> Self | None:
        """As it is shown, if there is one."""
        if version is None:
            return None
        return cls(
            version=version.number,
            status=version.status,
            submitted_at=version.submitted_at,
            declared_by=version.declaration.user_id,
            declaration_text=version.declaration.text_version,
            content_hash=version.declaration.content_hash,
            progress=version.progress,
            waits_for=version.waits_for,
            reasons=[ReasonView.of(one) for one in version.reasons],
            snapshot_date=version.snapshot_date,
            snapshot_revision=version.snapshot_revision,
            content=Content.of(version.form),
        )


class CheckView(BaseModel):
    """The last daily check: its snapshot, whether it passed, and the shortfall if it did not (P11.3)."""

    snapshot_date: date
    snapshot_revision: int
    passed: bool
    checked_at: datetime
    reasons: list[ReasonView]

    @classmethod
    def of(cls, check: LiveCheck | None, *, reasons: bool) -> Self | None:
        """As it is shown, if there was one; the shortfall is its owner's."""
        if check is None:
            return None
        return cls(
            snapshot_date=check.snapshot_date,
            snapshot_revision=check.snapshot_revision,
            passed=check.passed,
            checked_at=check.checked_at,
            reasons=[ReasonView.of(one) for one in check.reasons] if reasons else [],
        )


class ValuationView(BaseModel):
    """Values at the close of a day, in CNY; null where there is no price, never zero (FIN4)."""

    as_of: date | None
    lines: list[Decimal | None]
    total: Decimal | None

    @classmethod
    def of(cls, valuation: Valuation | None) -> Self | None:
        """As it is shown, where there are lines."""
        if valuation is None:
            return None
        total = valuation.total
        return cls(
            as_of=valuation.as_of,
            lines=[None if one is None else yuan(one) for one in valuation.lines],
            total=None if total is None else yuan(total),
        )


class DraftView(BaseModel):
    """What the next submission would say, and the hash its declaration names (P4.6)."""

    content_hash: str
    declaration_text: str
    content: Content


class OwnListingView(BaseModel):
    """The owner's view."""

    view: Literal["own"] = "own"
    id: UUID
    area: Area
    revision: int
    publication: Publication
    state: State | None
    visibility: Visibility
    boxes: list[str]
    replaces: UUID | None
    created_at: datetime
    published_at: datetime | None
    valid_until: date | None
    ended_at: datetime | None
    allowed_moves: list[State]
    draft: DraftView | None
    under_review: VersionView | None
    published: VersionView | None
    returned: VersionView | None
    last_check: CheckView | None
    demands: list[DemandView]
    restrictions: list[RestrictionView]
    registrations_asked: list[QuestionView]
    valuation: ValuationView | None

    @classmethod
    def of(cls, own: OwnListing) -> Self:
        """As it is shown."""
        listing = own.listing
        draft = None
        if listing.draft is not None:
            draft = DraftView(
                content_hash=content_hash(listing.draft),
                declaration_text=own.declaration_text,
                content=Content.of(listing.draft),
            )
        return cls(
            id=listing.id,
            area=listing.area,
            revision=listing.revision,
            publication=listing.publication,
            state=listing.state,
            visibility=listing.visibility,
            boxes=sorted(own.boxes),
            replaces=listing.replaces,
            created_at=listing.created_at,
            published_at=listing.published_at,
            valid_until=listing.public.valid_until if listing.public else None,
            ended_at=listing.ended_at,
            allowed_moves=list(standing_of(listing).allowed_moves),
            draft=draft,
            under_review=VersionView.of(listing.under_review),
            published=VersionView.of(listing.public),
            returned=VersionView.of(listing.returned),
            last_check=CheckView.of(own.check, reasons=True),
            demands=[DemandView.of(one) for one in own.demands],
            restrictions=[RestrictionView.of(one) for one in listing.restrictions],
            registrations_asked=[QuestionView.of(one) for one in own.questions],
            valuation=ValuationView.of(own.valuation),
        )


class OwnListingRow(BaseModel):
    """One listing in a box; of a deleted one only number and dates (P13.2)."""

    id: UUID
    area: Area
    revision: int
    publication: Publication
    state: State | None
    visibility: Visibility
    boxes: list[str]
    review: Progress | None
    waits_for: date | None
    reasons: list[ReasonView]
    created_at: datetime
    published_at: datetime | None
    valid_until: date | None
    ended_at: datetime | None
    deleted_at: datetime | None

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """As it is shown."""
        review = listing.under_review
        return cls(
            id=listing.id,
            area=listing.area,
            revision=listing.revision,
            publication=listing.publication,
            state=listing.state,
            visibility=listing.visibility,
            boxes=sorted(boxes_of(listing)),
            review=review.progress if review else None,
            waits_for=review.waits_for if review else None,
            reasons=[ReasonView.of(one) for one in listing.returned.reasons] if listing.returned else [],
            created_at=listing.created_at,
            published_at=listing.published_at,
            valid_until=listing.public.valid_until if listing.public else None,
            ended_at=listing.ended_at,
            deleted_at=listing.deleted_at,
        )


class BandView(BaseModel):
    """A range: `above` excluded, `up_to` included, null where there is no end."""

    above: Decimal
    up_to: Decimal | None

    @classmethod
    def of(cls, band: Band) -> Self:
        """As it is shown."""
        return cls(above=band.above, up_to=band.up_to)


class SecurityView(BaseModel):
    """A security as the master has it."""

    market: str
    security: str
    name: str
    board: str
    asset_class: str


class SummaryView(BaseModel):
    """What everybody with access sees: no identity, no account, no contact (P14.1)."""

    id: UUID
    area: Area
    state: State
    markets: list[str]
    boards: list[str]
    asset_classes: list[str]
    securities: list[SecurityView]
    amount: BandView
    annual_rate: BandView
    months_from: int
    months_to: int
    published_at: datetime
    valid_until: date
    ended_at: datetime | None
    update_under_review: bool

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """As it is shown."""
        return cls(
            id=summary.listing_id,
            area=summary.area,
            state=summary.state,
            markets=list(summary.markets),
            boards=list(summary.boards),
            asset_classes=list(summary.asset_classes),
            securities=[SecurityView.model_validate(one, from_attributes=True) for one in summary.securities],
            amount=BandView.of(summary.amount),
            annual_rate=BandView.of(summary.annual_rate),
            months_from=summary.months_from,
            months_to=summary.months_to,
            published_at=summary.published_at,
            valid_until=summary.valid_until,
            ended_at=summary.ended_at,
            update_under_review=summary.update_under_review,
        )


class ChannelModel(BaseModel):
    """One way to reach the contact person."""

    kind: str
    value: str


class PublisherView(BaseModel):
    """Who publishes: basic information as the identity provider says it, business information as the publisher does."""

    name: str | None
    kind: str
    contact_person: str | None
    channels: list[ChannelModel]
    region: str | None
    industry: str | None
    institution_category: str | None
    introduction: str | None
    preferred_counterparties: str | None

    @classmethod
    def of(cls, participant: Participant, business: BusinessInformationVersion | None) -> Self:
        """As it is shown."""
        said: Mapping[str, object] = vars(business.information) if business else {}
        texts = ("contact_person", "region", "industry", "institution_category", "introduction",
                 "preferred_counterparties")  # fmt: skip
        channels = business.information.channels if business else ()
        return cls.model_validate(
            {
                "name": participant.basic.name,
                "kind": participant.kind,
                "channels": [{"kind": one.kind, "value": one.value} for one in channels],
                **{name: said.get(name) for name in texts},
            }
        )


class DetailView(BaseModel):
    """Another's listing in force, for readers with one of their own (P14.2); accounts are masked."""

    view: Literal["detail"] = "detail"
    id: UUID
    summary: SummaryView
    content: Content
    publisher: PublisherView
    last_check: CheckView | None
    valuation: ValuationView | None

    @classmethod
    def of(cls, detail: ListingDetail) -> Self:
        """As it is shown."""
        return cls(
            id=detail.summary.listing_id,
            summary=SummaryView.of(detail.summary),
            content=Content.of(detail.form, accounts=detail.masked_accounts),
            publisher=PublisherView.of(detail.publisher.participant, detail.publisher.business),
            last_check=CheckView.of(detail.check, reasons=False),
            valuation=ValuationView.of(detail.valuation),
        )
