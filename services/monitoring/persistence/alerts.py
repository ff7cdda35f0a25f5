"""Alerts as they stand, and what happened to each."""

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.domain.alert import Alert, AlertChanged
from monitoring.persistence.tables import valuation as tables

_FIELDS = tuple(one.name for one in fields(Alert))
_values = attrgetter(*_FIELDS)
_MUTABLE = ("level", "provisional", "partial", "since", "changed_at", "cleared_on", "cleared_at", "version")


class PostgresAlerts:
    """`Alerts` on `alert` and `alert_change`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open_of(self, firm_id: str, indicator_id: str) -> dict[str, Alert]:
        """The open alerts of a firm's entities, by entity id."""
        table = tables.alert
        query = select(table).where(
            table.c.firm_id == firm_id, table.c.indicator_id == indicator_id, table.c.cleared_at.is_(None)
        )
        return {row.entity_id: alert_of(row) for row in await self._connection.execute(query)}

    async def keep(self, changes: Iterable[AlertChanged]) -> None:
        """Writes the alerts as they are now, and their history."""
        several = list(changes)
        statement = insert(tables.alert)
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in _MUTABLE}
        )
        await self._connection.execute(statement, [_row(one.alert) for one in several])
        await self._connection.execute(insert(tables.alert_change), [_history(one) for one in several])


def alert_of(row: Row[Any]) -> Alert:
    """A kept row as the domain knows it."""
    return Alert(**dict(zip(_FIELDS, _values(row), strict=True)))


def _row(alert: Alert) -> dict[str, object]:
    return dict(zip(_FIELDS, _values(alert), strict=True))


def _history(change: AlertChanged) -> dict[str, object]:
    alert = change.alert
    return {
        "alert_id": alert.id,
        "version": alert.version,
        "firm_id": alert.firm_id,
        "change": change.change,
        "level": alert.level,
        "provisional": alert.provisional,
        "business_date": change.day,
        "at": change.at,
    }
