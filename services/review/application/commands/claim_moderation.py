"""A moderator claims a case: only then, and only for its time, does the evidence open (P16.2, note 7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Begin, Work
from review.domain.ladder import Matter
from review.domain.moderation import ModerationCase
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class ClaimModeration:
    """Who claims what."""

    case_id: UUID
    moderator: Reviewer


@dataclass(frozen=True, kw_only=True)
class ModerationClaim:
    """The claim as it stands."""

    case_id: UUID
    report_id: UUID
    until: datetime


class ClaimModerationHandler:
    """One moderator at a time, nobody with a tie to either side."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ClaimModeration, cause: Cause) -> ModerationClaim:
        """Claims or renews."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            case = await work.moderations.get(command.case_id)
            claim = case.claim_for(command.moderator, matters=await _matters(work, case), now=work.now)
            await work.moderations.save(case)
            work.record(*case.facts)
            work.note(case_id=str(case.case_id), report_id=str(case.report_id))
            return work.answer(ModerationClaim(case_id=case.case_id, report_id=case.report_id, until=claim.until))


async def _matters(work: Work, case: ModerationCase) -> list[Matter]:
    """Both sides, with the accounts by which a tie shows."""
    matters = []
    for side in case.sides:
        party = await work.parties.get(side)
        refs = party.account_refs if party else frozenset[str]()
        matters.append(Matter(kind="participant", id=side, participant_id=side, account_refs=refs))
    return matters
