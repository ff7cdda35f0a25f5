"""The queue, claims and a reviewer's word (P11.9); and what an owner sees of review."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.cause import Cause
from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor
from review.application.commands.approve_case import ApproveCase
from review.application.commands.claim_case import ClaimCase
from review.application.commands.return_case import ReturnCase
from review.application.queries.list_queue import ListQueue
from review.application.queries.own_case import AskOwnCase
from review.application.queries.read_case import ReadCase
from review.application.use_cases import UseCases
from review.domain.reviewer import Reviewer
from review.transport.http.views import CaseFileView, OwnCasesView, QueueItemView, SettledView

QUEUE = "verification_queue.read"
DECIDE = "verification_case.decide"
OWN = "listing.change"
REASONS_MAX = 20


class Place(NamedTuple):
    """Where a page ends."""

    at: datetime
    id: UUID


class ReasonModel(BaseModel):
    """A coded reason about one field of the content."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40, examples=["content_unclear"])
    pointer: str = Field(max_length=200, examples=["/lines/0/quantity"])


class ReturnModel(BaseModel):
    """Why a version goes back."""

    model_config = ConfigDict(extra="forbid")

    reasons: list[ReasonModel] = Field(min_length=1, max_length=REASONS_MAX)


class ClaimView(BaseModel):
    """A claim and its end."""

    case_id: UUID
    until: datetime


def person_of(cause: Cause, account_ref_of: Callable[[str], str]) -> Reviewer:
    """The operator's person who asks, with their own accounts as they travel, so that ties are seen."""
    return Reviewer(
        user_id=cause.subject.user_id,
        participant_id=cause.subject.participant_id,
        account_refs=frozenset(account_ref_of(one) for one in cause.subject.accounts),
    )


def case_routes(use_cases: UseCases, *, account_ref_of: Callable[[str], str]) -> Routes:
    """The reviewers' routes. `account_ref_of` shows a reviewer's own accounts as they travel, so that ties are seen."""
    routes = Routes(service="review", tags=["review"])

    def reviewer(cause: Cause) -> Reviewer:
        return person_of(cause, account_ref_of)

    @routes.get("/review/queue", operation=QUEUE)
    async def list_review_queue(cause: QueryCause, page: PageRequest) -> Page[QueueItemView]:
        """Cases that ask for a person, oldest first."""
        found = await use_cases.list_queue(ListQueue(after=page.after(Place), limit=page.limit), cause)
        last = found.items[-1] if len(found.items) == page.limit else None
        return Page(
            items=[QueueItemView.of(one) for one in found.items],
            next_cursor=encode_cursor((last.queued_since, last.case_id)) if last else None,
            as_of=found.as_of,
        )

    @routes.post("/review/cases/{case_id}/claim", operation=DECIDE)
    async def claim_case(case_id: UUID, cause: CommandCause) -> ClaimView:
        """Claims a case for 30 minutes, or renews."""
        claimed = await command(use_cases.claim_case, ClaimCase(case_id=case_id, reviewer=reviewer(cause)), cause)
        return ClaimView(case_id=claimed.case_id, until=claimed.until)

    @routes.get("/review/cases/{case_id}", operation=DECIDE)
    async def read_case(case_id: UUID, cause: QueryCause, *, reproduce: bool = False) -> CaseFileView:
        """Rule results beside listing and holdings; `reproduce` makes the decision once more (P11.7)."""
        asked = ReadCase(case_id=case_id, reviewer=reviewer(cause), reproduce=reproduce)
        return CaseFileView.of(await use_cases.read_case(asked, cause))

    @routes.post("/review/cases/{case_id}/approval", operation=DECIDE)
    async def approve_case(case_id: UUID, cause: CommandCause) -> SettledView:
        """Approves; published only on the day's snapshot, so it may wait, or be returned by a rule after all."""
        asked = ApproveCase(case_id=case_id, reviewer=reviewer(cause))
        return SettledView.of(await command(use_cases.approve_case, asked, cause))

    @routes.post("/review/cases/{case_id}/return", operation=DECIDE)
    async def return_case(case_id: UUID, body: ReturnModel, cause: CommandCause) -> SettledView:
        """Returns with coded reasons."""
        reasons = tuple((one.code, one.pointer) for one in body.reasons)
        asked = ReturnCase(case_id=case_id, reviewer=reviewer(cause), reasons=reasons)
        return SettledView.of(await command(use_cases.return_case, asked, cause))

    return routes


def own_case_routes(use_cases: UseCases) -> Routes:
    """The owner's view."""
    routes = Routes(service="review", tags=["listings"])

    @routes.get("/my/cases/{listing_id}", operation=OWN)
    async def read_own_case(listing_id: UUID, cause: QueryCause) -> OwnCasesView:
        """Every rule's result of one's own listing, what it waits for, and a shortfall that stands."""
        asked = AskOwnCase(listing_id=listing_id, participant_id=cause.subject.participant_id)
        return OwnCasesView.of(await use_cases.ask_own_case(asked, cause))

    return routes
