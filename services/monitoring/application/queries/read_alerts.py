"""Alerts, and the life of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.reading_ports import AlertFilter, AlertPlace, AlertStep, Reading
from monitoring.domain.alert import Alert, AlertNotFound


@dataclass(frozen=True, kw_only=True)
class ReadAlerts:
    """Which alerts, and how far the reader has come."""

    only: AlertFilter
    after: AlertPlace | None
    most: int


@dataclass(frozen=True, kw_only=True)
class AlertPage:
    """One page, the latest change first."""

    alerts: Sequence[Alert]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadAlert:
    """Which alert."""

    alert_id: UUID


@dataclass(frozen=True, kw_only=True)
class AlertStory:
    """One alert and what happened to it, in order."""

    alert: Alert
    steps: Sequence[AlertStep]
    as_of: datetime


class ReadAlertsHandler:
    """Lists alerts."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    async def __call__(self, question: ReadAlerts, cause: Cause) -> AlertPage:
        """One page."""
        async with self._reading(cause) as reads:
            found = await reads.alerts(question.only, after=question.after, most=question.most + 1)
            more = len(found) > question.most
            return AlertPage(alerts=found[: question.most], more=more, as_of=reads.as_of)


class ReadAlertHandler:
    """Opens one alert."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    async def __call__(self, question: ReadAlert, cause: Cause) -> AlertStory:
        """The alert with its history.

        Raises:
            AlertNotFound: there is none of that id.
        """
        async with self._reading(cause) as reads:
            alert = await reads.alert(question.alert_id)
            if alert is None:
                raise AlertNotFound
            return AlertStory(alert=alert, steps=await reads.alert_steps(alert.id), as_of=reads.as_of)
