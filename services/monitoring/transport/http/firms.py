"""Firms on board, and whether everything they submitted is accounted for."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel

from chassis.http import QueryCause, Routes
from monitoring.application.intake import Intake
from monitoring.application.queries.read_conservation import Conservation, ReadConservation
from monitoring.domain.firm import Firm, FirmEnvironment
from monitoring.transport.http.numbers import defined

READ = "submission.read"
FirmId = Annotated[str, Path(max_length=16)]
Environment = Annotated[FirmEnvironment, Query(description="TEST lies apart and counts nowhere (T1)")]


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


class FirmsShown(BaseModel):
    """Every firm the reader may see."""

    items: list[FirmShown]
    as_of: datetime


class DayShown(BaseModel):
    """One append day. `difference` is what arrived less what is in an outcome: zero, or somebody is called."""

    day: date
    messages: Annotated[int, defined("conservation.messages")]
    unreadable: Annotated[int, defined("conservation.unreadable")]
    records: Annotated[int, defined("conservation.records")]
    outcomes: Annotated[dict[str, int], defined("conservation.outcomes")]
    difference: Annotated[int, defined("conservation.difference")]


class ConservationShown(BaseModel):
    """Conservation (R9) of one firm. `behind` counts offsets appended and not applied yet."""

    firm_id: str
    environment: FirmEnvironment
    holds: bool
    topic_end: Annotated[int, defined("conservation.topic_end")]
    applied_to: Annotated[int, defined("conservation.applied_to")]
    behind: Annotated[int, defined("conservation.behind")]
    tiled: bool
    lost: Annotated[int, defined("conservation.lost")]
    open_gaps: Annotated[int, defined("conservation.open_gaps")]
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
            environment=found.ledger.environment,
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

    @routes.get("/firms", operation=READ)
    async def read_firms(cause: QueryCause) -> FirmsShown:
        """The firms on board."""
        found = await intake.read_firms(cause)
        return FirmsShown(items=[FirmShown.of(one) for one in found.firms], as_of=found.as_of)

    @routes.get("/firms/{firm_id}/conservation", operation=READ)
    async def read_conservation(
        cause: QueryCause,
        firm_id: FirmId,
        day: Annotated[date | None, Query(description="Append day")] = None,
        environment: Environment = "PROD",
    ) -> ConservationShown:
        """Whether everything the firm submitted is in exactly one outcome."""
        question = ReadConservation(firm_id=firm_id, environment=environment, day=day)
        return ConservationShown.of(await intake.read_conservation(question, cause))

    return routes
