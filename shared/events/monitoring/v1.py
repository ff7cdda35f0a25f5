"""What the monitoring service says, version 1. For the regulator's roles only: the board never hears it."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event

Level = Literal["attention", "warning", "alert"]


class AlertEvent(Event, frozen=True, kw_only=True):
    """An event of one alert: one alert per letter and entity (AL1)."""

    topic: ClassVar[str] = "monitoring.alert.v1"
    key_field: ClassVar[str] = "alert_id"

    alert_id: UUID
    indicator_id: str
    entity_kind: Literal["market", "security", "borrower", "firm", "plan"]
    entity_id: str
    business_date: date
    provisional: bool


class AlertRaised(AlertEvent, frozen=True, kw_only=True):
    """A level was reached (AL2: up at the threshold)."""

    type: ClassVar[str] = "monitoring.alert.raised.v1"

    level: Level
    raised_at: datetime


class AlertWorsened(AlertEvent, frozen=True, kw_only=True):
    """A standing alert reached a worse level."""

    type: ClassVar[str] = "monitoring.alert.worsened.v1"

    level: Level
    worsened_at: datetime


class AlertCleared(AlertEvent, frozen=True, kw_only=True):
    """The alert's condition no longer holds."""

    type: ClassVar[str] = "monitoring.alert.cleared.v1"

    cleared_at: datetime


class AlertEased(AlertEvent, frozen=True, kw_only=True):
    """A standing alert fell to a lower level that is still one."""

    type: ClassVar[str] = "monitoring.alert.eased.v1"

    level: Level
    eased_at: datetime


class AlertConfirmed(AlertEvent, frozen=True, kw_only=True):
    """The end of the day confirmed what was provisional (AL4)."""

    type: ClassVar[str] = "monitoring.alert.confirmed.v1"

    level: Level
    confirmed_at: datetime
