"""Calendar and security master for the rules, kept in memory: a complete snapshot never changes."""

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance.calendar import TradingCalendar
from monitoring.application.intake_ports import KnownReferences

_NEWEST = text(
    "select distinct on (kind) kind, snapshot_id from reference_snapshot "
    "where state = 'complete' and kind in ('calendar', 'security') "
    "order by kind, business_date desc, revision desc, snapshot_id desc"
)
_DAYS = text("select day, is_trading_day from calendar_day where snapshot_id = :snapshot_id order by day")
# A record may speak of a day on which a security that is gone by now was listed: one that was ever known is known.
_SECURITIES = text(
    "select distinct s.market, s.security from security s join reference_snapshot r using (snapshot_id) "
    "where r.state = 'complete'"
)


# The kinds of reference data that rules ask: those that records may wait for (R8).
LOOKED_UP: Final = frozenset({"calendar", "security"})


class LookupCache:
    """What the newest complete snapshots said; lives as long as the process."""

    def __init__(self) -> None:
        self.calendar: tuple[UUID, TradingCalendar] | None = None
        self.securities: tuple[UUID, frozenset[tuple[str, str]]] | None = None


class PostgresLookups:
    """`ReferenceLookups` on the projected snapshots."""

    def __init__(self, connection: AsyncConnection, cache: LookupCache) -> None:
        self._connection = connection
        self._cache = cache

    async def known(self) -> KnownReferences:
        """Calendar and security master as of the newest complete snapshots."""
        newest = {row.kind: row.snapshot_id for row in await self._connection.execute(_NEWEST)}
        return KnownReferences(
            calendar=await self._calendar(newest.get("calendar")),
            # Without a security master every security is unknown, and its records wait for one (R8).
            securities=await self._securities(newest.get("security")),
        )

    async def _calendar(self, snapshot_id: UUID | None) -> TradingCalendar | None:
        if snapshot_id is None:
            return None
        if self._cache.calendar is None or self._cache.calendar[0] != snapshot_id:
            rows = (await self._connection.execute(_DAYS, {"snapshot_id": snapshot_id})).all()
            self._cache.calendar = snapshot_id, TradingCalendar.from_rows((row.day, row.is_trading_day) for row in rows)
        return self._cache.calendar[1]

    async def _securities(self, snapshot_id: UUID | None) -> frozenset[tuple[str, str]]:
        if snapshot_id is None:
            return frozenset()
        if self._cache.securities is None or self._cache.securities[0] != snapshot_id:
            rows = (await self._connection.execute(_SECURITIES)).all()
            self._cache.securities = snapshot_id, frozenset((row.market, row.security) for row in rows)
        return self._cache.securities[1]
