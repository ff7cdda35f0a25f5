"""One contract: as the firm reported it, as valued now, and at the end of each day. The read leaves its trace."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from chassis.http import QueryCause, Routes
from finance.units import decimal_text
from monitoring.application.analytics import Analytics
from monitoring.application.queries.read_contract import ContractStory, ReadContract
from monitoring.application.reading_ports import FirmStanding, ValuedDay
from monitoring.transport.http.figure_answers import ReferencesUsed, ValuationShown
from monitoring.transport.http.numbers import defined

OPERATION = "indicator.read"
PLACES: Final = {"_fen": 2, "_e4": 4, "_e6": 6}
Fields = Annotated[
    dict[str, Any],
    Field(
        description="Fields of the record dictionary; money in CNY, quantities in shares or units, ratios as fractions"
    ),
]


class StandingShown(BaseModel):
    """Of which data the current valuation speaks."""

    business_date: date | None
    state: Literal["live", "end_of_day"]
    valued_at: datetime | None
    references: ReferencesUsed | None

    @classmethod
    def of(cls, standing: FirmStanding) -> "StandingShown":
        """From the firm's state."""
        return cls(
            business_date=standing.day,
            state=standing.state,
            valued_at=standing.valued_at,
            references=ReferencesUsed.of(standing.reference) if standing.reference else None,
        )


class ValuedDayShown(BaseModel):
    """The contract at the end of one day."""

    business_date: date
    valuation: ValuationShown

    @classmethod
    def of(cls, one: ValuedDay) -> "ValuedDayShown":
        """From the kept day."""
        return cls(business_date=one.day, valuation=ValuationShown.of(one.valued))


class ContractShown(BaseModel):
    """Everything kept of one contract."""

    firm_id: str
    contract_id: str
    as_of: datetime
    contract: Annotated[Fields, defined("contract.{key}")]
    lines: Annotated[list[Fields], defined("collateral.{key}")]
    standing: StandingShown | None
    valuation: ValuationShown | None = Field(description="None: it is not open, or not valued yet")
    history: list[ValuedDayShown]

    @classmethod
    def of(cls, story: ContractStory) -> "ContractShown":
        """From the query's answer."""
        return cls(
            firm_id=story.firm_id,
            contract_id=str(story.state.contract["contract_id"]),
            as_of=story.as_of,
            contract=plain_fields(story.state.contract),
            lines=[plain_fields(one) for one in story.state.lines],
            standing=StandingShown.of(story.standing) if story.standing else None,
            valuation=ValuationShown.of(story.valued) if story.valued else None,
            history=[ValuedDayShown.of(one) for one in story.days],
        )


def plain_fields(row: Mapping[str, object]) -> dict[str, Any]:
    """The dictionary's fields by their own names: scaled integers as decimals, the firm's own keys left out."""
    return dict(_plain(name, value) for name, value in row.items() if name not in {"firm_id", "contract_id"})


def _plain(name: str, value: object) -> tuple[str, object]:
    for suffix, places in PLACES.items():
        if name.endswith(suffix):
            return name.removesuffix(suffix), decimal_text(value, places) if isinstance(value, int) else None
    return name, value


def contract_routes(analytics: Analytics) -> Routes:
    """The routes of contracts."""
    routes = Routes(service="monitoring", tags=["monitoring"])

    @routes.get("/contracts/{firm_id}/{contract_id}", operation=OPERATION)
    async def read_contract(
        cause: QueryCause,
        firm_id: Annotated[str, Path(max_length=64)],
        contract_id: Annotated[str, Path(max_length=128)],
    ) -> ContractShown:
        """One contract, with its valuation and history."""
        return ContractShown.of(
            await analytics.read_contract(ReadContract(firm_id=firm_id, contract_id=contract_id), cause)
        )

    return routes
