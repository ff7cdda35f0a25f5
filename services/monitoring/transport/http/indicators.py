"""Indicators: values of a day, their definitions, and the contracts each is made of. Every read leaves its trace."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel

from chassis.http import PageRequest, QueryCause, Routes, encode_cursor
from monitoring.application.analytics import Analytics
from monitoring.application.queries.read_definition import ReadDefinition
from monitoring.application.queries.read_indicators import Borrowers, Indicators, ReadIndicators
from monitoring.application.queries.read_lineage import Lineage, Part, ReadLineage
from monitoring.application.reading_ports import ContractFilter, ContractPlace
from monitoring.domain.metric_registry import FigureLevel
from monitoring.transport.http.definitions import DefinitionShown
from monitoring.transport.http.figure_answers import (
    FigureShown,
    FreshnessShown,
    Sides,
    ThresholdShown,
    ValuationShown,
)
from monitoring.transport.http.numbers import defined

OPERATION = "indicator.read"
IndicatorId = Annotated[str, Path(max_length=20, examples=["M9.3a"])]
BusinessDate = Annotated[date | None, Query(description="The kept end of that day; without it the newest day, live")]


class BorrowersShown(BaseModel):
    """How many borrowers stand at each level, now."""

    id: str
    title_zh: str
    title_en: str
    unit: str
    at: Annotated[dict[FigureLevel, int], defined("borrowers.count")]
    threshold: ThresholdShown | None

    @classmethod
    def of(cls, borrowers: Borrowers, *, day: date | None) -> "BorrowersShown":
        """From the counts."""
        metric = borrowers.metric
        threshold = metric.threshold_on(day) if day else None
        return cls(
            id=metric.id,
            title_zh=metric.title_zh,
            title_en=metric.title_en,
            unit=metric.unit,
            at=dict(borrowers.at),
            threshold=ThresholdShown.of(threshold) if threshold else None,
        )


class IndicatorsShown(BaseModel):
    """The figures of one business date."""

    freshness: FreshnessShown
    items: list[FigureShown]
    borrowers: list[BorrowersShown]

    @classmethod
    def of(cls, found: Indicators) -> "IndicatorsShown":
        """From the query's answer."""
        return cls(
            freshness=FreshnessShown.of(found.freshness),
            items=[FigureShown.of(one) for one in found.figures],
            borrowers=[BorrowersShown.of(one, day=found.freshness.business_date) for one in found.borrowers],
        )


class PartShown(BaseModel):
    """One contract of a value, and what it adds to both sides."""

    firm_id: str
    contract_id: str
    borrower_id: str
    adds: Sides | None
    valuation: ValuationShown

    @classmethod
    def of(cls, part: Part) -> "PartShown":
        """From the query's answer."""
        valued = part.kept.valued
        return cls(
            firm_id=part.kept.firm_id,
            contract_id=valued.contract_id,
            borrower_id=valued.borrower_id,
            adds=Sides.of(part.ratio) if part.ratio else None,
            valuation=ValuationShown.of(valued),
        )


class LineageShown(BaseModel):
    """One page of a value's parts; over all pages they sum to `whole`."""

    id: str
    freshness: FreshnessShown
    whole: Sides | None
    items: list[PartShown]
    next_cursor: str | None = None

    @classmethod
    def of(cls, found: Lineage) -> "LineageShown":
        """From the query's answer."""
        last = found.parts[-1].kept if found.more else None
        place = None if last is None else ContractPlace(firm_id=last.firm_id, contract_id=last.valued.contract_id)
        return cls(
            id=found.metric.id,
            freshness=FreshnessShown.of(found.freshness),
            whole=Sides.of(found.whole) if found.whole else None,
            items=[PartShown.of(one) for one in found.parts],
            next_cursor=None if place is None else encode_cursor(place),
        )


def indicator_routes(analytics: Analytics) -> Routes:
    """The routes of indicators."""
    routes = Routes(service="monitoring", tags=["monitoring"])

    @routes.get("/indicators", operation=OPERATION)
    async def read_indicators(
        cause: QueryCause,
        business_date: BusinessDate = None,
        id: Annotated[list[str] | None, Query(max_length=20)] = None,  # noqa: A002  # the parameter's public name
    ) -> IndicatorsShown:
        """The market's figures, exact, with their level and all that says how fresh they are."""
        question = ReadIndicators(business_date=business_date, ids=tuple(id or ()))
        return IndicatorsShown.of(await analytics.read_indicators(question, cause))

    @routes.get("/indicators/{indicator_id}", operation=OPERATION)
    async def read_indicator_definition(cause: QueryCause, indicator_id: IndicatorId) -> DefinitionShown:
        """The definition page of one figure, in Chinese and English."""
        definition = await analytics.read_definition(ReadDefinition(indicator_id=indicator_id), cause)
        return DefinitionShown.complete(definition)

    @routes.get("/indicators/{indicator_id}/contracts", operation=OPERATION)
    async def read_indicator_contracts(  # FastAPI reads the query's parameters here
        cause: QueryCause,
        page: PageRequest,
        indicator_id: IndicatorId,
        business_date: BusinessDate = None,
        firm_id: Annotated[str | None, Query(max_length=64)] = None,
        borrower_id: Annotated[str | None, Query(max_length=128)] = None,
    ) -> LineageShown:
        """The contracts a value is made of, and the submissions each came from."""
        question = ReadLineage(
            indicator_id=indicator_id,
            business_date=business_date,
            only=ContractFilter(firm_id=firm_id, borrower_id=borrower_id),
            after=page.after(ContractPlace),
            most=page.limit,
        )
        return LineageShown.of(await analytics.read_lineage(question, cause))

    return routes
