"""Firms on board, and whether everything they submitted is accounted for."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.cause import Cause
from chassis.http import CommandCause, QueryCause, Routes, command
from monitoring.application.commands.onboard_firm import Credentials, OnboardFirm, ProvideFirm
from monitoring.application.intake import Intake
from monitoring.application.queries.read_conservation import Conservation, ReadConservation
from monitoring.domain.firm import Firm

READ = "submission.read"
FirmId = Annotated[str, Path(max_length=16)]
FIRM_ID = r"^[A-Za-z0-9_]{1,16}$"


class NewFirm(BaseModel):
    """A firm to be taken on board."""

    model_config = ConfigDict(extra="forbid")

    firm_id: str = Field(pattern=FIRM_ID, examples=["F001"], description="Names its topics for ever")
    name: str = Field(min_length=1, max_length=120, examples=["甲证券股份有限公司"])


class FirmShown(BaseModel):
    """A firm."""

    firm_id: str
    name: str
    status: Literal["onboarding", "active", "suspended"]
    onboarded_at: datetime

    @classmethod
    def of(cls, firm: Firm) -> "FirmShown":
        """From what is kept."""
        return cls(firm_id=firm.firm_id, name=firm.name, status=firm.status, onboarded_at=firm.onboarded_at)


class OnboardedFirm(FirmShown):
    """A firm with its credentials. They are shown once: a repeated request answers without them."""

    bootstrap: str | None = None
    authority: str | None = Field(default=None, description="The broker's certificate authority, PEM")
    mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    submissions_topic: str | None = None
    receipts_topic: str | None = None
    group_prefix: str | None = None

    @classmethod
    def with_credentials(cls, firm: Firm, made: Credentials | None) -> "OnboardedFirm":
        """From what is kept, and what was made."""
        shown = FirmShown.of(replace(firm, status="active")).model_dump()
        return cls(**shown, **(vars(made) if made is not None else {}))


class FirmsShown(BaseModel):
    """Every firm the reader may see."""

    items: list[FirmShown]
    as_of: datetime


class DayShown(BaseModel):
    """One append day. `difference` is what arrived less what is in an outcome: zero, or somebody is called."""

    day: date
    messages: int
    unreadable: int
    records: int
    outcomes: dict[str, int]
    difference: int


class ConservationShown(BaseModel):
    """Conservation (R9) of one firm. `behind` counts offsets appended and not applied yet."""

    firm_id: str
    environment: Literal["PROD", "TEST"]
    holds: bool
    topic_end: int
    applied_to: int
    behind: int
    tiled: bool
    lost: int
    open_gaps: int
    days: list[DayShown]
    as_of: datetime

    @classmethod
    def of(cls, found: Conservation) -> "ConservationShown":
        """From the query's answer."""
        days = [
            DayShown(
                day=one.day,
                messages=one.ledger.messages,
                unreadable=one.ledger.unreadable,
                records=one.ledger.records,
                outcomes={str(outcome): count for outcome, count in sorted(one.ledger.outcomes.items())},
                difference=one.ledger.difference,
            )
            for one in found.ledger.days
        ]
        return cls(
            firm_id=found.ledger.firm_id,
            environment="PROD",
            holds=found.holds,
            topic_end=found.topic_end,
            applied_to=found.ledger.applied_to,
            behind=found.behind,
            tiled=found.ledger.tiled,
            lost=sum(one.difference for one in days),
            open_gaps=found.ledger.open_gaps,
            days=days,
            as_of=found.as_of,
        )


def firm_routes(intake: Intake) -> Routes:
    """The routes of firms."""
    routes = Routes(service="monitoring", tags=["submissions"])

    @routes.post("/firms", operation="firm.onboard", act="propose", status_code=201)
    async def onboard_firm(body: NewFirm, cause: CommandCause, response: Response) -> OnboardedFirm:
        """Takes a firm on board: topics, access and credentials, which are shown once."""
        firm = await command(intake.onboard_firm, OnboardFirm(firm_id=body.firm_id, name=body.name), cause)
        following = Cause(subject=cause.subject, operation=cause.operation, trace=cause.trace)
        made = await intake.provide_firm(ProvideFirm(firm_id=firm.firm_id), following)
        response.headers["Location"] = f"/api/v1/firms/{firm.firm_id}/submissions"
        return OnboardedFirm.with_credentials(firm, made)

    @routes.get("/firms", operation=READ)
    async def read_firms(cause: QueryCause) -> FirmsShown:
        """The firms on board."""
        found = await intake.read_firms(cause)
        return FirmsShown(items=[FirmShown.of(one) for one in found.firms], as_of=found.as_of)

    @routes.get("/firms/{firm_id}/conservation", operation=READ)
    async def read_conservation(
        cause: QueryCause, firm_id: FirmId, day: Annotated[date | None, Query(description="Append day")] = None
    ) -> ConservationShown:
        """Whether everything the firm submitted is in exactly one outcome."""
        return ConservationShown.of(await intake.read_conservation(ReadConservation(firm_id=firm_id, day=day), cause))

    return routes
