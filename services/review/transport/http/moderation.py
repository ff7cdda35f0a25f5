"""Moderation over HTTP: which reports wait, claiming one, deciding it (P16.2)."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor
from review.application.commands.claim_moderation import ClaimModeration
from review.application.commands.decide_moderation import DecideModeration
from review.application.moderation_ports import ModerationSearch
from review.application.moderation_use_cases import ModerationUseCases
from review.domain.moderation import ModerationCase, Outcome, Reported
from review.transport.http.cases import Place, person_of
from review.transport.http.ladder import AccountRefOf

LIST = "moderation_case.read"
DECIDE = "moderation_case.decide"
_NOTE_MAX = 5000


class ModerationRow(BaseModel):
    """A case by its metadata: no participant, no text."""

    case_id: UUID
    report_id: UUID
    reported: Reported
    category: str = Field(examples=["fraud"])
    opened_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    outcome: Outcome | None
    closed_at: datetime | None

    @classmethod
    def of(cls, case: ModerationCase) -> Self:
        """As it is listed."""
        return cls(
            case_id=case.case_id,
            report_id=case.report_id,
            reported=case.reported,
            category=case.category,
            opened_at=case.opened_at,
            claimed_by=case.claim.by if case.claim else None,
            claimed_until=case.claim.until if case.claim else None,
            outcome=case.outcome,
            closed_at=case.closed_at,
        )


class ModerationClaimView(BaseModel):
    """A claim, its end, and the report whose evidence it opens."""

    case_id: UUID
    report_id: UUID
    until: datetime


class ModerationDecision(BaseModel):
    """The outcome and why; both sides learn the outcome."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome
    note: str = Field(max_length=_NOTE_MAX, examples=["已核实，对方索要保证金，予以警示"])


class ModerationDecidedView(BaseModel):
    """How it ended."""

    case_id: UUID
    outcome: Outcome
    closed_at: datetime


def moderation_routes(moderation: ModerationUseCases, *, account_ref_of: AccountRefOf) -> Routes:
    """The moderators' routes."""
    routes = Routes(service="review", tags=["moderation"])

    @routes.get("/moderation/cases", operation=LIST)
    async def list_moderation_cases(
        cause: QueryCause,
        page: PageRequest,
        decided: Annotated[bool, Query(description="Those that were decided")] = False,  # noqa: FBT002  # a query parameter
    ) -> Page[ModerationRow]:
        """Reports that wait, the oldest first, or those that were decided; metadata only."""
        search = ModerationSearch(open=not decided, after=page.after(Place), limit=page.limit)
        found = await moderation.list(search, cause)
        last = found.cases[-1] if found.more else None
        return Page(
            items=[ModerationRow.of(one) for one in found.cases],
            next_cursor=encode_cursor((last.opened_at, last.case_id)) if last else None,
            as_of=found.as_of,
        )

    @routes.post("/moderation/cases/{case_id}/claim", operation=DECIDE)
    async def claim_moderation_case(case_id: UUID, cause: CommandCause) -> ModerationClaimView:
        """Claims a case: what was reported opens to this moderator for 24 hours, and to nobody else."""
        asked = ClaimModeration(case_id=case_id, moderator=person_of(cause, account_ref_of))
        claim = await command(moderation.claim, asked, cause)
        return ModerationClaimView(case_id=claim.case_id, report_id=claim.report_id, until=claim.until)

    @routes.post("/moderation/cases/{case_id}/decision", operation=DECIDE)
    async def decide_moderation_case(
        case_id: UUID, body: ModerationDecision, cause: CommandCause
    ) -> ModerationDecidedView:
        """Decides a claimed case."""
        asked = DecideModeration(
            case_id=case_id, outcome=body.outcome, note=body.note, moderator=person_of(cause, account_ref_of)
        )
        decided = await command(moderation.decide, asked, cause)
        return ModerationDecidedView(case_id=decided.case_id, outcome=decided.outcome, closed_at=decided.closed_at)

    return routes
