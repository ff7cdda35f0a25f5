"""Alerts, for the regulator alone. Every read leaves its trace."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.http import Page, PageRequest, QueryCause, Routes, encode_cursor
from monitoring.application.analytics import Analytics
from monitoring.application.queries.read_alerts import AlertPage, AlertStory, ReadAlert, ReadAlerts
from monitoring.application.reading_ports import AlertFilter, AlertPlace, AlertStep
from monitoring.domain.alert import Alert
from monitoring.domain.metric_registry import AlertLevel, Scope, registry

OPERATION = "indicator.read"


class AlertShown(BaseModel):
    """One alert. Provisional until the end of day confirms or withdraws it (AL4)."""

    id: UUID
    indicator_id: str
    title_zh: str
    title_en: str
    entity_kind: Scope
    entity_id: str
    firm_id: str
    level: AlertLevel
    state: Literal["open", "cleared"]
    provisional: bool
    partial: bool
    raised_on: date
    raised_at: datetime
    since: date
    changed_at: datetime
    cleared_on: date | None
    cleared_at: datetime | None

    @classmethod
    def of(cls, alert: Alert) -> "AlertShown":
        """From the kept alert."""
        metric = registry().get(alert.indicator_id)
        return cls(
            id=alert.id,
            indicator_id=alert.indicator_id,
            title_zh=metric.title_zh,
            title_en=metric.title_en,
            entity_kind=alert.entity_kind,
            entity_id=alert.entity_id,
            firm_id=alert.firm_id,
            level=alert.level,
            state="open" if alert.is_open else "cleared",
            provisional=alert.provisional,
            partial=alert.partial,
            raised_on=alert.raised_on,
            raised_at=alert.raised_at,
            since=alert.since,
            changed_at=alert.changed_at,
            cleared_on=alert.cleared_on,
            cleared_at=alert.cleared_at,
        )


class StepShown(BaseModel):
    """One thing that happened to an alert."""

    change: str
    level: AlertLevel
    provisional: bool
    business_date: date
    at: datetime

    @classmethod
    def of(cls, step: AlertStep) -> "StepShown":
        """From the kept history."""
        return cls(
            change=step.change,
            level=step.level,
            provisional=step.provisional,
            business_date=step.business_date,
            at=step.at,
        )


class AlertStoryShown(AlertShown):
    """One alert with its history, in order."""

    history: list[StepShown]
    as_of: datetime

    @classmethod
    def of_story(cls, story: AlertStory) -> "AlertStoryShown":
        """From the query's answer."""
        return cls(
            **AlertShown.of(story.alert).model_dump(),
            history=[StepShown.of(one) for one in story.steps],
            as_of=story.as_of,
        )


def alert_routes(analytics: Analytics) -> Routes:
    """The routes of alerts."""
    routes = Routes(service="monitoring", tags=["monitoring"])

    @routes.get("/alerts", operation=OPERATION)
    async def read_alerts(  # noqa: PLR0913, PLR0917  # FastAPI reads the query's parameters here
        cause: QueryCause,
        page: PageRequest,
        state: Annotated[Literal["open", "cleared"] | None, Query()] = None,
        level: Annotated[AlertLevel | None, Query()] = None,
        indicator_id: Annotated[str | None, Query(max_length=20)] = None,
        firm_id: Annotated[str | None, Query(max_length=64)] = None,
        entity_id: Annotated[str | None, Query(max_length=200, examples=["F001/B-0001"])] = None,
    ) -> Page[AlertShown]:
        """Alerts, the latest change first."""
        only = AlertFilter(state=state, level=level, indicator_id=indicator_id, firm_id=firm_id, entity_id=entity_id)
        question = ReadAlerts(only=only, after=page.after(AlertPlace), most=page.limit)
        return _page(await analytics.read_alerts(question, cause))

    @routes.get("/alerts/{alert_id}", operation=OPERATION)
    async def read_alert(cause: QueryCause, alert_id: UUID) -> AlertStoryShown:
        """One alert and what happened to it."""
        return AlertStoryShown.of_story(await analytics.read_alert(ReadAlert(alert_id=alert_id), cause))

    return routes


def _page(found: AlertPage) -> Page[AlertShown]:
    last = found.alerts[-1] if found.more else None
    place = None if last is None else AlertPlace(changed_at=last.changed_at, id=last.id)
    return Page(
        items=[AlertShown.of(one) for one in found.alerts],
        next_cursor=None if place is None else encode_cursor(place),
        as_of=found.as_of,
    )
