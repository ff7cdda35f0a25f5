"""From the monitor's facts to its public language; heard by the regulator's gateway alone, never by the board."""

from collections.abc import Iterator
from datetime import date
from typing import TypedDict
from uuid import UUID

from chassis.kernel import Fact
from events.base import Event
from events.monitoring import v1
from monitoring.domain.alert import (
    AlertChanged,
    AlertCleared,
    AlertConfirmed,
    AlertEased,
    AlertRaised,
    AlertWorsened,
)
from monitoring.domain.metric_registry import Scope


def translate(fact: Fact) -> Iterator[Event]:
    """The events of one fact."""
    if isinstance(fact, AlertChanged):
        yield _of_alert(fact)


def _of_alert(fact: AlertChanged) -> Event:
    about = _about(fact)
    level = fact.alert.level
    match fact:
        case AlertRaised():
            return v1.AlertRaised(**about, level=level, raised_at=fact.at)
        case AlertWorsened():
            return v1.AlertWorsened(**about, level=level, worsened_at=fact.at)
        case AlertEased():
            return v1.AlertEased(**about, level=level, eased_at=fact.at)
        case AlertConfirmed():
            return v1.AlertConfirmed(**about, level=level, confirmed_at=fact.at)
        case AlertCleared():
            return v1.AlertCleared(**about, cleared_at=fact.at)
        case _:
            raise NotImplementedError(type(fact))


class _About(TypedDict):
    alert_id: UUID
    indicator_id: str
    entity_kind: Scope
    entity_id: str
    business_date: date
    provisional: bool


def _about(fact: AlertChanged) -> _About:
    alert = fact.alert
    return _About(
        alert_id=alert.id,
        indicator_id=alert.indicator_id,
        entity_kind=alert.entity_kind,
        entity_id=alert.entity_id,
        business_date=fact.day,
        provisional=alert.provisional,
    )
