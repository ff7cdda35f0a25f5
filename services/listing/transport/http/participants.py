"""The participant who asks: registration at sign-in, own information, pledgeable holdings, and the guide."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from fastapi import Query, Response
from pydantic import BaseModel, Field

from chassis.http import CommandCause, QueryCause, Routes, command, etag
from listing.application.commands.change_business_information import (
    BusinessInformationKept,
    ChangeBusinessInformation,
)
from listing.application.commands.confirm_business_information import (
    BusinessInformationConfirmed,
    ConfirmBusinessInformation,
)
from listing.application.commands.register_participant import RegisterParticipant, Registration
from listing.application.ports import Publisher
from listing.application.queries.own_information import AskOwnInformation
from listing.application.queries.pledgeable_holdings import AskPledgeableHoldings, PledgeableHoldings
from listing.application.queries.read_legal_text import ReadLegalText
from listing.application.use_cases import UseCases
from listing.domain.business_information import BusinessInformation, Channel
from listing.domain.legal_text import TextKind
from listing.domain.pledgeable import PledgeablePosition
from listing.transport.http.contents import Strict


class RegistrationView(BaseModel):
    """Whether the board is open to the participant; `reason` and `way` where it is not (P6.4)."""

    participant_id: str
    kind: Literal["person", "institution"]
    access: Literal["granted", "none"]
    reason: str | None
    way: str | None

    @classmethod
    def of(cls, registration: Registration) -> Self:
        """As it is shown."""
        return cls.model_validate(registration, from_attributes=True)


class ChannelModel(Strict):
    """One way to reach the contact person."""

    kind: str = Field(max_length=40, examples=["phone"])
    value: str = Field(min_length=1, max_length=200)


class BusinessInformationModel(Strict):
    """What a participant says about itself (P7.2). Limits are the domain's; contact data stay in this service."""

    contact_person: str | None = None
    channels: list[ChannelModel] = Field(default_factory=list)
    region: str | None = None
    industry: str | None = None
    institution_category: str | None = None
    introduction: str | None = None
    preferred_counterparties: str | None = None

    def information(self) -> BusinessInformation:
        """As the domain knows it."""
        return BusinessInformation(
            **self.model_dump(exclude={"channels"}),
            channels=tuple(Channel(kind=one.kind, value=one.value) for one in self.channels),
        )


class KeptView(BaseModel):
    """The version that stands, and what a submission would still miss."""

    version: int
    missing: list[str]

    @classmethod
    def of(cls, kept: BusinessInformationKept) -> Self:
        """As it is shown."""
        return cls(version=kept.version, missing=list(kept.missing))


class ConfirmedView(BaseModel):
    """The version that was confirmed, and when it will be asked for again (P7.3)."""

    version: int
    confirmed_at: datetime
    confirm_by: datetime

    @classmethod
    def of(cls, confirmed: BusinessInformationConfirmed) -> Self:
        """As it is shown."""
        return cls.model_validate(confirmed, from_attributes=True)


class BasicInformationView(BaseModel):
    """As the identity provider says it; nothing here changes it (P7.1)."""

    name: str | None
    kind: str
    document_type: str | None
    document_number: str | None = Field(description="Masked")
    registered_contact: str | None
    accounts: list[str] = Field(description="Masked")


class OwnInformationView(BaseModel):
    """What the board knows about the participant."""

    participant_id: str
    basic: BasicInformationView
    version: int
    business: BusinessInformationModel
    missing: list[str]
    confirm_by: datetime | None = Field(description="When the owner is asked to confirm it; a year after it last did")

    @classmethod
    def of(cls, own: Publisher) -> Self:
        """As it is shown."""
        participant, basic = own.participant, own.participant.basic
        information = own.business.information if own.business else BusinessInformation()
        return cls(
            participant_id=participant.id,
            basic=BasicInformationView(
                name=basic.name,
                kind=participant.kind,
                document_type=basic.document_type,
                document_number=basic.document_number_masked,
                registered_contact=basic.registered_contact,
                accounts=[one.number_masked for one in participant.accounts],
            ),
            version=own.business.version if own.business else 0,
            business=BusinessInformationModel(
                contact_person=information.contact_person,
                channels=[ChannelModel(kind=one.kind, value=one.value) for one in information.channels],
                region=information.region,
                industry=information.industry,
                institution_category=information.institution_category,
                introduction=information.introduction,
                preferred_counterparties=information.preferred_counterparties,
            ),
            missing=[one.pointer.lstrip("/") for one in information.missing(participant.kind)],
            confirm_by=own.business.confirm_by if own.business else None,
        )


class PositionView(BaseModel):
    """One position: only `available` is offered; restricted parts are deductions, and `free` is in no listing yet."""

    account_ref: str
    account: str = Field(description="Masked")
    market: str
    security: str
    name: str | None
    board: str | None
    asset_class: str | None
    share_class: str | None
    release_date: date | None
    available: Decimal
    held: Decimal
    deductions: dict[str, Decimal]
    held_by_listings: Decimal
    free: Decimal

    @classmethod
    def of(cls, position: PledgeablePosition, accounts: dict[str, str]) -> Self:
        """As it is shown."""
        holding, key = position.holding, position.holding.key
        return cls(
            account_ref=key.account_ref,
            account=accounts.get(key.account_ref, ""),
            market=key.market,
            security=key.security,
            name=position.name,
            board=position.board,
            asset_class=position.asset_class,
            share_class=key.share_class,
            release_date=position.release_date,
            available=holding.available,
            held=holding.held,
            deductions=holding.deductions,
            held_by_listings=position.held_by_listings,
            free=position.free,
        )


class PledgeableHoldingsView(BaseModel):
    """Positions as of the snapshot named; none of it while no snapshot is complete."""

    snapshot_date: date | None
    snapshot_revision: int | None
    positions: list[PositionView]
    as_of: datetime

    @classmethod
    def of(cls, holdings: PledgeableHoldings) -> Self:
        """As it is shown."""
        found = holdings.pledgeable
        return cls(
            snapshot_date=found.as_of if found else None,
            snapshot_revision=found.revision if found else None,
            positions=[PositionView.of(one, holdings.masked_accounts) for one in found.positions] if found else [],
            as_of=holdings.as_of,
        )


class LegalTextView(BaseModel):
    """A dated text with its version, its beginning and its interpreter (P19.1)."""

    kind: TextKind
    version: str
    effective_from: date
    interpreter_zh: str
    interpreter_en: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    status: str


def participant_routes(use_cases: UseCases) -> Routes:
    """The routes of the participant who asks."""
    routes = Routes(service="listing", tags=["participants"])
    _registering(routes, use_cases)
    _informing(routes, use_cases)
    return routes


def guide_routes(use_cases: UseCases) -> Routes:
    """The public texts."""
    routes = Routes(service="listing", tags=["guide"])

    @routes.get("/guide", operation="public.read")
    async def read_guide(
        cause: QueryCause,
        kind: TextKind = "guide",
        on: Annotated[date | None, Query(description="In effect on this day; today if it is left out")] = None,
    ) -> LegalTextView:
        """The guide, or the declaration's text, without signing in."""
        text = await use_cases.read_legal_text(ReadLegalText(kind=kind, on=on), cause)
        return LegalTextView.model_validate(text, from_attributes=True)

    return routes


def _registering(routes: Routes, use_cases: UseCases) -> None:
    @routes.post("/session/registration", operation="session.own", idempotent=False, internal=True)
    async def register_participant(cause: CommandCause) -> RegistrationView:
        """Makes the participant of the token known, with access where there are accounts; any number of times."""
        return RegistrationView.of(await command(use_cases.register_participant, RegisterParticipant(), cause))


def _informing(routes: Routes, use_cases: UseCases) -> None:
    @routes.get("/my/business-information", operation="business_information.read")
    async def read_own_information(cause: QueryCause, response: Response) -> OwnInformationView:
        """Basic and business information, and what a submission would still miss."""
        own = OwnInformationView.of(await use_cases.ask_own_information(AskOwnInformation(), cause))
        response.headers["ETag"] = etag(own.version)
        return own

    @routes.put("/my/business-information", operation="business_information.change")
    async def change_business_information(
        body: BusinessInformationModel, cause: CommandCause, response: Response
    ) -> KeptView:
        """Keeps the whole of it as a new version."""
        asked = ChangeBusinessInformation(information=body.information())
        kept = KeptView.of(await command(use_cases.change_business_information, asked, cause))
        response.headers["ETag"] = etag(kept.version)
        return kept

    @routes.post("/my/business-information/confirmation", operation="business_information.change")
    async def confirm_business_information(cause: CommandCause) -> ConfirmedView:
        """Says that it still holds, as it is asked each year."""
        asked = ConfirmBusinessInformation()
        return ConfirmedView.of(await command(use_cases.confirm_business_information, asked, cause))

    @routes.get("/my/pledgeable-holdings", operation="holding.read")
    async def read_pledgeable_holdings(cause: QueryCause) -> PledgeableHoldingsView:
        """What can be offered as collateral (P10.0); the read leaves a trace."""
        return PledgeableHoldingsView.of(await use_cases.ask_pledgeable_holdings(AskPledgeableHoldings(), cause))
