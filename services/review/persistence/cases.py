"""Verification cases."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.unit_of_work import VersionConflict
from review.domain.case import CaseNotFound, Claim, VerificationCase
from review.domain.listing_content import ListingContent
from review.domain.reviewer import ReturnReason
from review.persistence.stored import from_json, to_json
from review.persistence.tables import verification_case as table


class StoredCases:
    """Cases of this transaction; a save is guarded by the version that was read."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, case: VerificationCase) -> None:
        """Keeps a new case."""
        case.row_version = 1
        await self._connection.execute(insert(table).values(_values(case)))

    async def get(self, case_id: UUID) -> VerificationCase:
        """A case.

        Raises:
            CaseNotFound: there is none in sight.
        """
        row = (await self._connection.execute(select(table).where(table.c.case_id == case_id))).first()
        if row is None:
            raise CaseNotFound
        return _case(row)

    async def of_version(self, listing_id: UUID, version: int) -> VerificationCase | None:
        """The case of one version."""
        query = select(table).where(table.c.listing_id == listing_id, table.c.version == version)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _case(row)

    async def open_of(self, listing_id: UUID) -> Sequence[VerificationCase]:
        """The cases of a listing in which something can still happen."""
        query = select(table).where(table.c.listing_id == listing_id, table.c.state.in_(("waiting", "needs_person")))
        return [_case(row) for row in await self._connection.execute(query.order_by(table.c.version))]

    async def of_listing(self, listing_id: UUID, participant_id: str) -> Sequence[VerificationCase]:
        """A participant's cases of a listing, the newest version first."""
        query = (
            select(table)
            .where(table.c.listing_id == listing_id, table.c.participant_id == participant_id)
            .order_by(table.c.version.desc())
        )
        return [_case(row) for row in await self._connection.execute(query)]

    async def waiting(self, *, untried_in: str, limit: int) -> Sequence[VerificationCase]:
        """Waiting cases, oldest first, that the named run has not looked at."""
        query = (
            select(table)
            .where(table.c.state == "waiting", table.c.tried.is_distinct_from(untried_in))
            .order_by(table.c.submitted_at, table.c.case_id)
            .limit(limit)
        )
        return [_case(row) for row in await self._connection.execute(query)]

    async def save(self, case: VerificationCase) -> None:
        """Keeps what changed.

        Raises:
            VersionConflict: somebody was faster.
        """
        read = case.row_version
        case.row_version = read + 1
        query = update(table).where(table.c.case_id == case.case_id, table.c.row_version == read)
        if (await self._connection.execute(query.values(_values(case)))).rowcount != 1:
            raise VersionConflict


def _values(case: VerificationCase) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "listing_id": case.listing_id,
        "version": case.version,
        "participant_id": case.participant_id,
        "area": case.content.area,
        "content": to_json(case.content),
        "submitted_at": case.submitted_at,
        "state": case.state,
        "waits_for": case.waits_for,
        "queued_since": case.queued_since,
        "publishable_on": case.publishable_on,
        "approved_by": case.approved_by,
        "decided_at": case.decided_at,
        "decision_id": case.decision_id,
        "rule_ids": list(case.rule_ids),
        "reasons": to_json(case.reasons),
        "claimed_by": case.claim.by if case.claim else None,
        "claimed_until": case.claim.until if case.claim else None,
        "tried": case.tried,
        "row_version": case.row_version,
    }


def _case(row: Row[Any]) -> VerificationCase:
    claim = Claim(by=row.claimed_by, until=row.claimed_until) if row.claimed_by else None
    return VerificationCase(
        case_id=row.case_id,
        listing_id=row.listing_id,
        version=row.version,
        participant_id=row.participant_id,
        content=from_json(row.content, ListingContent),
        submitted_at=row.submitted_at,
        state=row.state,
        waits_for=row.waits_for,
        queued_since=row.queued_since,
        publishable_on=row.publishable_on,
        approved_by=row.approved_by,
        decided_at=row.decided_at,
        decision_id=row.decision_id,
        rule_ids=tuple(row.rule_ids),
        reasons=from_json(row.reasons, tuple[ReturnReason, ...]),
        claim=claim,
        tried=row.tried,
        row_version=row.row_version,
    )
