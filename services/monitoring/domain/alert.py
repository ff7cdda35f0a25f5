"""Alerts: one per letter and entity (AL1), up at the threshold (AL2), provisional until the day's end (AL4)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import ClassVar
from uuid import UUID

from chassis.kernel import Fact, Refusal
from monitoring.domain.borrower import Standing
from monitoring.domain.metric_registry import ALERT_LEVELS, AlertLevel, Metric, Scope


class AlertNotFound(Refusal):
    """No alert of that id."""

    slug: ClassVar[str] = "alert-not-found"
    title_zh: ClassVar[str] = "没有这条预警"
    title_en: ClassVar[str] = "There is no such alert"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One standing or past alert. `since` is the day its present level was reached."""

    id: UUID
    indicator_id: str
    entity_kind: Scope
    entity_id: str
    firm_id: str
    level: AlertLevel
    provisional: bool
    partial: bool
    raised_on: date
    raised_at: datetime
    since: date
    changed_at: datetime
    cleared_on: date | None = None
    cleared_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether its condition still holds."""
        return self.cleared_at is None


@dataclass(frozen=True, kw_only=True)
class AlertChanged(Fact):
    """Something happened to an alert; `alert` is its state afterwards."""

    alert: Alert
    day: date
    at: datetime
    change: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class AlertRaised(AlertChanged):
    """A level was reached."""

    change: ClassVar[str] = "raised"


@dataclass(frozen=True, kw_only=True)
class AlertWorsened(AlertChanged):
    """A standing alert reached a worse level."""

    change: ClassVar[str] = "worsened"


@dataclass(frozen=True, kw_only=True)
class AlertEased(AlertChanged):
    """A standing alert fell to a lower level that is still one."""

    change: ClassVar[str] = "eased"


@dataclass(frozen=True, kw_only=True)
class AlertConfirmed(AlertChanged):
    """The end of the day confirmed what was provisional."""

    change: ClassVar[str] = "confirmed"


@dataclass(frozen=True, kw_only=True)
class AlertCleared(AlertChanged):
    """The condition no longer holds; a provisional alert is withdrawn by it."""

    change: ClassVar[str] = "cleared"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Whom an alert is about."""

    kind: Scope
    id: str
    firm_id: str


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The business date that is judged, the time it is judged at, and whether it is the day's end."""

    day: date
    at: datetime
    end_of_day: bool = False


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the metric says of an entity at a moment."""

    metric: Metric
    standing: Standing
    moment: Moment
    entity: Entity = field(repr=False)

    @property
    def level(self) -> AlertLevel | None:
        """The alert level reached; None where none is, or nothing is known."""
        if self.standing.code is None:
            return None
        level = self.metric.level_of(Fraction(self.standing.code), on=self.moment.day)
        return level if level in ALERT_LEVELS else None


def judge(alert: Alert | None, judgement: Judgement, *, new_id: UUID) -> AlertChanged | None:
    """What becomes of an entity's open alert, or whether one begins; None: nothing changes.

    Contract levels have no hysteresis (AL2): they clear as soon as the ratio is above the line. Unknown never clears
    (AL7). `new_id` is used if an alert begins.
    """
    if judgement.standing.code is None:
        return None
    level = judgement.level
    if alert is None:
        return _raised(judgement, level, new_id) if level else None
    if level is None:
        return _cleared(alert, judgement.moment)
    return _moved(alert, judgement, level)


def confirm(alert: Alert, moment: Moment) -> AlertConfirmed | None:
    """The end of the day makes a provisional alert stand (AL4)."""
    if not alert.provisional:
        return None
    confirmed = replace(alert, provisional=False, changed_at=moment.at, version=alert.version + 1)
    return AlertConfirmed(alert=confirmed, day=moment.day, at=moment.at)


def _raised(judgement: Judgement, level: AlertLevel, new_id: UUID) -> AlertRaised:
    moment = judgement.moment
    alert = Alert(
        id=new_id,
        indicator_id=judgement.metric.id,
        entity_kind=judgement.entity.kind,
        entity_id=judgement.entity.id,
        firm_id=judgement.entity.firm_id,
        level=level,
        provisional=not moment.end_of_day,
        partial=judgement.standing.partial,
        raised_on=moment.day,
        raised_at=moment.at,
        since=moment.day,
        changed_at=moment.at,
    )
    return AlertRaised(alert=alert, day=moment.day, at=moment.at)


def _cleared(alert: Alert, moment: Moment) -> AlertCleared:
    cleared = replace(
        alert,
        provisional=not moment.end_of_day,
        cleared_on=moment.day,
        cleared_at=moment.at,
        changed_at=moment.at,
        version=alert.version + 1,
    )
    return AlertCleared(alert=cleared, day=moment.day, at=moment.at)


def _moved(alert: Alert, judgement: Judgement, level: AlertLevel) -> AlertChanged | None:
    moment, partial = judgement.moment, judgement.standing.partial
    if level == alert.level:
        return None
    moved = replace(
        alert,
        level=level,
        partial=partial,
        provisional=not moment.end_of_day,
        since=moment.day,
        changed_at=moment.at,
        version=alert.version + 1,
    )
    worse = ALERT_LEVELS.index(level) > ALERT_LEVELS.index(alert.level)
    change = AlertWorsened if worse else AlertEased
    return change(alert=moved, day=moment.day, at=moment.at)
