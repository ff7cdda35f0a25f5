"""A version became public: from now on it is checked every trading day, and at once on a later end of day (P11.1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.checking import check_live
from review.application.gathering import basis_for_daily_check
from review.application.noticing import keep_rule_notices
from review.application.ports import Begin, Work
from review.domain.board_rules import BoardRules
from review.domain.case import CaseNotFound, VerificationCase
from review.domain.live_listing import Checked, LiveListing


@dataclass(frozen=True, kw_only=True)
class NotePublished:
    """A published version, as listing said it."""

    listing_id: UUID
    version: int
    published_at: datetime


class NotePublishedHandler:
    """Keeps the published content; a further version keeps the listing's place and state (P13.3)."""

    def __init__(self, *, begin: Begin, rules: BoardRules) -> None:
        self._begin = begin
        self._rules = rules

    async def __call__(self, command: NotePublished, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            case = await work.cases.of_version(command.listing_id, command.version)
            if case is None:
                raise CaseNotFound
            listing = await self._listing(work, command, case)
            await work.live.put(listing)
            if case.content.area == "pledgor" and not await self._apply_later_day(work, listing):
                # The version passed every rule at its publication: what was demanded of the one before is done.
                await keep_rule_notices(work, None, [listing])

    async def _listing(self, work: Work, command: NotePublished, case: VerificationCase) -> LiveListing:
        before = await work.live.get(command.listing_id)
        return LiveListing(
            listing_id=command.listing_id,
            case_id=case.case_id,
            version=command.version,
            participant_id=case.participant_id,
            content=case.content,
            published_at=before.published_at if before else command.published_at,
            state=before.state if before else "open",
            checked=await self._checked_at_publication(work, case),
        )

    async def _checked_at_publication(self, work: Work, case: VerificationCase) -> Checked | None:
        decision = await work.decisions.get(case.decision_id) if case.decision_id else None
        used = decision.holding_snapshot if decision else None
        if decision is None or used is None:
            return None
        return Checked(
            snapshot_date=used.business_date,
            revision=used.revision,
            result="passed",
            decision_id=decision.decision_id,
        )

    async def _apply_later_day(self, work: Work, listing: LiveListing) -> bool:
        newest = await work.evidence.snapshot_until("holding", work.today)
        if newest is None or not listing.is_behind(newest.business_date, newest.revision):
            return False
        basis = await basis_for_daily_check(work.evidence, day=work.today, snapshot_date=newest.business_date)
        if basis is None:
            return False
        await check_live(work, self._rules, basis, [listing])
        return True
