"""The read side: queue, own cases, register."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from chassis.reading import ReadingSession
from chassis.snapshots import differences
from review.application.access_ports import Applications
from review.application.ladder_ports import Notices, NoticeSearch, Sanctions, SanctionSearch
from review.application.moderation_ports import ModerationSearch
from review.application.ports import Cases, CaseView, Decisions, Evidence, Projected, QueueItem
from review.domain.access_application import AccessApplication
from review.domain.live_listing import LiveListing
from review.domain.moderation import ModerationCase
from review.domain.notice import Notice
from review.domain.reference_load import ReferenceLoad
from review.domain.sanction import Sanction
from review.persistence.access import StoredApplications, find_paper, find_waiting
from review.persistence.cases import StoredCases
from review.persistence.decisions import StoredDecisions
from review.persistence.evidence import StoredEvidence
from review.persistence.ladder import StoredNotices, StoredSanctions, find_notices, find_sanctions
from review.persistence.live_listings import StoredLiveListings
from review.persistence.loads import StoredLoads, stored_load
from review.persistence.moderation import find_moderations
from review.persistence.tables import reference_load, snapshots, verification_case, verification_day


class StoredReading:
    """One consistent read; row security holds it to the reader's scope."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session
        self._connection = session.connection
        self._cases = StoredCases(session.connection)
        self.cases: Cases = self._cases
        self.decisions: Decisions = StoredDecisions(session.connection)
        self.evidence: Evidence = StoredEvidence(session.connection)
        self.notices: Notices = StoredNotices(session.connection)
        self.sanctions: Sanctions = StoredSanctions(session.connection)
        self.applications: Applications = StoredApplications(session.connection)

    @property
    def now(self) -> datetime:
        """The moment the answer speaks of."""
        return self._session.now

    async def queue(self, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[QueueItem]:
        """The queue, oldest first."""
        table = verification_case
        query = select(table).where(table.c.state == "needs_person")
        if after is not None:
            query = query.where(tuple_(table.c.queued_since, table.c.case_id) > after)
        rows = await self._connection.execute(query.order_by(table.c.queued_since, table.c.case_id).limit(limit))
        return [
            QueueItem(
                case_id=row.case_id,
                listing_id=row.listing_id,
                version=row.version,
                area=row.area,
                submitted_at=row.submitted_at,
                queued_since=row.queued_since,
                rule_ids=tuple(row.rule_ids),
                claimed_by=row.claimed_by if self._stands(row.claimed_until) else None,
                claimed_until=row.claimed_until if self._stands(row.claimed_until) else None,
            )
            for row in rows
        ]

    async def cases_of_listing(self, listing_id: UUID, participant_id: str) -> Sequence[CaseView]:
        """The owner's cases of a listing, the newest version first."""
        cases = await self._cases.of_listing(listing_id, participant_id)
        return [
            CaseView(case=one, decision=await self.decisions.get(one.decision_id) if one.decision_id else None)
            for one in cases
        ]

    async def live(self, listing_id: UUID, participant_id: str) -> LiveListing | None:
        """The owner's published listing."""
        found = await StoredLiveListings(self._connection).get(listing_id)
        return found if found and found.participant_id == participant_id else None

    async def loads(
        self, *, kind: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[ReferenceLoad]:
        """The register, the newest first."""
        table = reference_load
        query = select(table).order_by(table.c.registered_at.desc(), table.c.load_id.desc()).limit(limit)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        if after is not None:
            query = query.where(tuple_(table.c.registered_at, table.c.load_id) < after)
        return [stored_load(row) for row in await self._connection.execute(query)]

    async def load(self, load_id: UUID) -> ReferenceLoad:
        """One load."""
        return await StoredLoads(self._connection).get(load_id)

    async def projected(self, load_ids: Sequence[UUID]) -> Mapping[UUID, Projected]:
        """How the snapshots of loads stand, those that were heard of."""
        table = snapshots.snapshot
        rows = await self._connection.execute(select(table).where(table.c.snapshot_id.in_(load_ids)))
        return {
            row.snapshot_id: Projected(
                state=row.state,
                seen_rows=row.seen_rows,
                differs=differences(row),
                unreadable_records=row.unreadable_records,
            )
            for row in rows
        }

    async def unverified_days(self, *, limit: int) -> Sequence[date]:
        """Days whose snapshot was late and has not come yet, the newest first."""
        table = verification_day
        query = select(table.c.day).where(table.c.status == "not_verified").order_by(table.c.day.desc()).limit(limit)
        return list((await self._connection.execute(query)).scalars())

    async def find_notices(self, search: NoticeSearch) -> Sequence[Notice]:
        """The newest first."""
        return await find_notices(self._connection, search)

    async def find_sanctions(self, search: SanctionSearch) -> Sequence[Sanction]:
        """The newest first."""
        return await find_sanctions(self._connection, search)

    async def waiting_applications(
        self, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[AccessApplication]:
        """Applications that wait for a reviewer, the longest waiting first."""
        return await find_waiting(self._connection, after=after, limit=limit)

    async def paper(self, application_id: UUID, attachment_id: UUID) -> bytes | None:
        """The content of a paper in scope."""
        return await find_paper(self._connection, application_id, attachment_id)

    async def find_moderations(self, search: ModerationSearch) -> Sequence[ModerationCase]:
        """The oldest first."""
        return await find_moderations(self._connection, search)

    def _stands(self, until: datetime | None) -> bool:
        return until is not None and self.now < until
