"""The reading side of alerts."""

from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.reading_ports import AlertFilter, AlertPlace, AlertStep
from monitoring.domain.alert import Alert
from monitoring.persistence.alerts import alert_of
from monitoring.persistence.tables import valuation as tables


class AlertReads:
    """Alerts in one snapshot."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def alerts(self, only: AlertFilter, *, after: AlertPlace | None, most: int) -> list[Alert]:
        """Alerts, the latest change first."""
        table = tables.alert
        query = select(table)
        for name in ("level", "indicator_id", "firm_id", "entity_id"):
            wanted = getattr(only, name)
            if wanted is not None:
                query = query.where(table.c[name] == wanted)
        if only.state is not None:
            is_open = table.c.cleared_at.is_(None)
            query = query.where(is_open if only.state == "open" else ~is_open)
        if after is not None:
            query = query.where(tuple_(table.c.changed_at, table.c.id) < func.row(after.changed_at, after.id))
        query = query.order_by(table.c.changed_at.desc(), table.c.id.desc()).limit(most)
        return [alert_of(row) for row in await self._connection.execute(query)]

    async def alert(self, alert_id: UUID) -> Alert | None:
        """One alert."""
        query = select(tables.alert).where(tables.alert.c.id == alert_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else alert_of(row)

    async def alert_steps(self, alert_id: UUID) -> list[AlertStep]:
        """What happened to it, in order."""
        table = tables.alert_change
        query = (
            select(table.c.change, table.c.level, table.c.provisional, table.c.business_date, table.c.at)
            .where(table.c.alert_id == alert_id)
            .order_by(table.c.version)
        )
        return [AlertStep(**row._mapping) for row in await self._connection.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name
