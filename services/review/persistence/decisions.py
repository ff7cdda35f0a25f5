"""Decisions: added, never changed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.domain.decision import Decision
from review.domain.verification import RuleResult, Verification
from review.domain.verification_facts import RateCap, SnapshotRef
from review.persistence.stored import from_json, to_json
from review.persistence.tables import decision as table


class StoredDecisions:
    """Decisions of this transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, decisions: Sequence[Decision]) -> None:
        """Keeps decisions."""
        if decisions:
            await self._connection.execute(insert(table), [_values(one) for one in decisions])

    async def get(self, decision_id: UUID) -> Decision | None:
        """One decision."""
        row = (await self._connection.execute(select(table).where(table.c.decision_id == decision_id))).first()
        return None if row is None else _decision(row)


def _values(one: Decision) -> dict[str, Any]:
    return {
        "decision_id": one.decision_id,
        "listing_id": one.listing_id,
        "version": one.version,
        "participant_id": one.participant_id,
        "occasion": one.occasion,
        "day": one.day,
        "decided_at": one.decided_at,
        "outcome": one.outcome,
        "results": to_json(one.verification.results),
        "snapshots": to_json(one.snapshots),
        "ahead": to_json(one.ahead),
        "rate_cap": to_json(one.rate_cap) if one.rate_cap else None,
    }


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        decision_id=row.decision_id,
        listing_id=row.listing_id,
        version=row.version,
        participant_id=row.participant_id,
        occasion=row.occasion,
        day=row.day,
        decided_at=row.decided_at,
        verification=Verification(results=from_json(row.results, tuple[RuleResult, ...])),
        snapshots=from_json(row.snapshots, tuple[SnapshotRef, ...]),
        ahead={int(line_no): Decimal(quantity) for line_no, quantity in row.ahead.items()},
        rate_cap=from_json(row.rate_cap, RateCap) if row.rate_cap else None,
    )
