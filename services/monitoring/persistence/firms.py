"""Firms and their counters. The row is the lock of everything that belongs to the firm."""

from typing import Any

import msgspec
from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.domain.firm import Firm, FirmCounters, FirmExists, FirmNotFound
from monitoring.persistence.tables import intake as tables

_LOCK = text(
    "select receipt_sequence, last_sequences::text as last_sequences, pending_records, open_gaps "
    "from firm where firm_id = :firm_id for update"
)
_SAVE = text(
    "update firm set receipt_sequence = :receipt_sequence, last_sequences = cast(:last_sequences as jsonb), "
    "pending_records = :pending_records, open_gaps = :open_gaps where firm_id = :firm_id"
)


class PostgresFirms:
    """`Firms` on Postgres."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, firm_id: str) -> FirmCounters:
        """The firm's row, held until the transaction ends."""
        row = (await self._connection.execute(_LOCK, {"firm_id": firm_id})).one_or_none()
        if row is None:
            raise FirmNotFound(firm_id=firm_id)
        return FirmCounters(
            firm_id=firm_id,
            receipt_sequence=row.receipt_sequence,
            last_sequences=msgspec.json.decode(row.last_sequences, type=dict[str, int]),
            pending_records=row.pending_records,
            open_gaps=row.open_gaps,
        )

    async def save(self, counters: FirmCounters) -> None:
        """Keeps the counters."""
        await self._connection.execute(
            _SAVE,
            {
                "firm_id": counters.firm_id,
                "receipt_sequence": counters.receipt_sequence,
                "last_sequences": msgspec.json.encode(counters.last_sequences).decode(),
                "pending_records": counters.pending_records,
                "open_gaps": counters.open_gaps,
            },
        )

    async def add(self, firm: Firm) -> None:
        """Takes a firm on board."""
        row = insert(tables.firm).values(
            firm_id=firm.firm_id,
            name=firm.name,
            status=firm.status,
            onboarded_at=firm.onboarded_at,
            version=firm.version,
        )
        taken = await self._connection.execute(row.on_conflict_do_nothing().returning(tables.firm.c.firm_id))
        if taken.one_or_none() is None:
            raise FirmExists(firm_id=firm.firm_id)

    async def get(self, firm_id: str) -> Firm:
        """A firm."""
        row = (await self._connection.execute(select(tables.firm).filter_by(firm_id=firm_id))).one_or_none()
        if row is None:
            raise FirmNotFound(firm_id=firm_id)
        return firm_of(row)

    async def activate(self, firm_id: str) -> None:
        """A firm that was being taken on board may submit from now on."""
        table = tables.firm
        change = update(table).where(table.c.firm_id == firm_id, table.c.status == "onboarding")
        await self._connection.execute(change.values(status="active", version=table.c.version + 1))

    async def with_pending(self) -> list[str]:
        """Firms of which records wait for reference data."""
        query = select(tables.firm.c.firm_id).where(tables.firm.c.pending_records > 0)
        return list((await self._connection.execute(query.order_by(tables.firm.c.firm_id))).scalars())


def firm_of(row: Row[Any]) -> Firm:
    """The firm of a row."""
    return Firm(
        firm_id=row.firm_id, name=row.name, status=row.status, onboarded_at=row.onboarded_at, version=row.version
    )
