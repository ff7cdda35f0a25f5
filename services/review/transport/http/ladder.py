"""The operator's ladder over HTTP: notices, steps, appeals; and what a participant is told and answers (P4)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.cause import Cause
from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor
from review.application.commands.answer_notice import AnswerNotice
from review.application.commands.close_notice import CloseNotice
from review.application.commands.decide_appeal import DecideAppeal
from review.application.commands.decide_lift import DecideLift
from review.application.commands.decide_step import DecideStep
from review.application.commands.issue_notice import IssueNotice
from review.application.commands.make_appeal import MakeAppeal
from review.application.commands.propose_lift import ProposeLift
from review.application.commands.propose_outcome import ProposeOutcome
from review.application.commands.propose_step import ProposeStep
from review.application.ladder_ports import NoticeSearch, SanctionSearch
from review.application.ladder_use_cases import LadderUseCases
from review.application.queries.notices import NoticesPage, ReadNotice
from review.application.queries.sanctions import ReadSanction, SanctionsPage
from review.domain.notice import NoticeState
from review.domain.reviewer import Reviewer
from review.domain.sanction import SanctionState
from review.transport.http.cases import Place, person_of
from review.transport.http.ladder_views import (
    Approval,
    Closing,
    NewAnswer,
    NewAppeal,
    NewLift,
    NewNotice,
    NewStep,
    NoticeRow,
    NoticeStandingView,
    NoticeView,
    OutcomeProposal,
    SanctionRow,
    SanctionView,
    StepDecision,
    StepStandingView,
)

ISSUE = "notice.issue"
IMPOSE = "sanction.impose"
APPEAL = "appeal.decide"
OWN = "notice.answer"
AccountRefOf = Callable[[str], str]


def notice_routes(ladder: LadderUseCases, *, account_ref_of: AccountRefOf) -> Routes:
    """Demanding a correction, and closing it."""
    routes = Routes(service="review", tags=["notices"])

    def person(cause: Cause) -> Reviewer:
        return person_of(cause, account_ref_of)

    @routes.post("/notices", operation=ISSUE, status_code=201)
    async def issue_notice(body: NewNotice, cause: CommandCause) -> NoticeStandingView:
        """Demands a correction of a listing, of business information or of conduct (P4.1)."""
        asked = IssueNotice(
            subject=body.subject.kind,
            subject_id=body.subject.id,
            user_id=body.subject.user_id,
            ground=body.ground.kind,
            code=body.ground.code,
            pointer=body.ground.pointer,
            evidence=body.evidence,
            trading_days=body.deadline_trading_days,
            person=person(cause),
        )
        return NoticeStandingView.of(await command(ladder.issue_notice, asked, cause))

    @routes.get("/notices", operation=ISSUE)
    async def list_notices(
        cause: QueryCause, page: PageRequest, state: Annotated[NoticeState | None, Query()] = None
    ) -> Page[NoticeRow]:
        """Notices, the newest first."""
        asked = NoticeSearch(state=state, after=page.after(Place), limit=page.limit)
        return _notices(await ladder.list_notices(asked, cause))

    @routes.get("/notices/{notice_id}", operation=ISSUE)
    async def read_notice(notice_id: UUID, cause: QueryCause) -> NoticeView:
        """One notice with its evidence and answers."""
        return NoticeView.of(await ladder.read_notice(ReadNotice(notice_id=notice_id, person=person(cause)), cause))

    @routes.post("/notices/{notice_id}/closing", operation=ISSUE)
    async def close_notice(notice_id: UUID, body: Closing, cause: CommandCause) -> NoticeStandingView:
        """Its issuer closes it; one that a rule opened closes when the rule passes."""
        asked = CloseNotice(notice_id=notice_id, reason=body.reason, person=person(cause))
        return NoticeStandingView.of(await command(ladder.close_notice, asked, cause))

    return routes


def sanction_routes(ladder: LadderUseCases, *, account_ref_of: AccountRefOf) -> Routes:
    """Steps: proposed by one person, approved by another after a fresh sign-in (P4.3)."""
    routes = Routes(service="review", tags=["sanctions"])

    def person(cause: Cause) -> Reviewer:
        return person_of(cause, account_ref_of)

    @routes.post("/sanctions", operation=IMPOSE, act="propose", status_code=201)
    async def propose_sanction(body: NewStep, cause: CommandCause) -> StepStandingView:
        """Proposes a step on a notice whose deadline passed (P4.2)."""
        asked = ProposeStep(
            notice_id=body.notice_id,
            step=body.step,
            statement=body.statement,
            ends_on=body.ends_on,
            person=person(cause),
        )
        return StepStandingView.of(await command(ladder.propose_step, asked, cause))

    @routes.get("/sanctions", operation=IMPOSE)
    async def list_sanctions(
        cause: QueryCause, page: PageRequest, state: Annotated[SanctionState | None, Query()] = None
    ) -> Page[SanctionRow]:
        """Steps, the newest first."""
        asked = SanctionSearch(state=state, after=page.after(Place), limit=page.limit)
        return _sanctions(await ladder.list_sanctions(asked, cause))

    @routes.get("/sanctions/{sanction_id}", operation=IMPOSE)
    async def read_sanction(sanction_id: UUID, cause: QueryCause) -> SanctionView:
        """One step with the notice it stands on."""
        asked = ReadSanction(sanction_id=sanction_id, person=person(cause))
        return SanctionView.of_file(await ladder.read_sanction(asked, cause))

    @routes.post("/sanctions/{sanction_id}/decision", operation=IMPOSE, act="approve")
    async def decide_sanction(sanction_id: UUID, body: StepDecision, cause: CommandCause) -> StepStandingView:
        """Another person approves or rejects it; approved, it binds within seconds."""
        asked = DecideStep(sanction_id=sanction_id, approved=body.approved, reason=body.reason, person=person(cause))
        return StepStandingView.of(await command(ladder.decide_step, asked, cause))

    @routes.post("/sanctions/{sanction_id}/lift", operation=IMPOSE, act="propose")
    async def propose_sanction_lift(sanction_id: UUID, body: NewLift, cause: CommandCause) -> StepStandingView:
        """Proposes to lift a restriction or a suspension."""
        asked = ProposeLift(sanction_id=sanction_id, reason=body.reason, person=person(cause))
        return StepStandingView.of(await command(ladder.propose_lift, asked, cause))

    @routes.post("/sanctions/{sanction_id}/lift/decision", operation=IMPOSE, act="approve")
    async def decide_sanction_lift(sanction_id: UUID, body: Approval, cause: CommandCause) -> StepStandingView:
        """Another person lifts it, or lets it stand."""
        asked = DecideLift(sanction_id=sanction_id, approved=body.approved, person=person(cause))
        return StepStandingView.of(await command(ladder.decide_lift, asked, cause))

    return routes


def appeal_routes(ladder: LadderUseCases, *, account_ref_of: AccountRefOf) -> Routes:
    """Appeals: decided by two people who took no part in the step (P4.4)."""
    routes = Routes(service="review", tags=["sanctions"])

    def person(cause: Cause) -> Reviewer:
        return person_of(cause, account_ref_of)

    @routes.post("/sanctions/{sanction_id}/appeal/outcome", operation=APPEAL, act="propose")
    async def propose_appeal_outcome(sanction_id: UUID, body: OutcomeProposal, cause: CommandCause) -> StepStandingView:
        """The first of two says how the appeal should end."""
        asked = ProposeOutcome(sanction_id=sanction_id, outcome=body.outcome, reason=body.reason, person=person(cause))
        return StepStandingView.of(await command(ladder.propose_outcome, asked, cause))

    @routes.post("/sanctions/{sanction_id}/appeal/decision", operation=APPEAL, act="approve")
    async def decide_appeal(sanction_id: UUID, body: Approval, cause: CommandCause) -> StepStandingView:
        """The second agrees, or sends it back to be proposed anew."""
        asked = DecideAppeal(sanction_id=sanction_id, approved=body.approved, person=person(cause))
        return StepStandingView.of(await command(ladder.decide_appeal, asked, cause))

    return routes


def own_ladder_routes(ladder: LadderUseCases) -> Routes:
    """What a participant is told, and says."""
    routes = Routes(service="review", tags=["notices"])

    @routes.get("/my/notices", operation=OWN)
    async def list_my_notices(
        cause: QueryCause, page: PageRequest, state: Annotated[NoticeState | None, Query()] = None
    ) -> Page[NoticeView]:
        """What is demanded of one's own listings, information and conduct, the newest first."""
        asked = NoticeSearch(state=state, after=page.after(Place), limit=page.limit)
        found = await ladder.own_notices(asked, cause)
        rows = _notices(found)
        items = [NoticeView.of(one) for one in found.notices]
        return Page[NoticeView](items=items, next_cursor=rows.next_cursor, as_of=found.as_of)

    @routes.post("/my/notices/{notice_id}/answers", operation=OWN, status_code=201)
    async def answer_notice(notice_id: UUID, body: NewAnswer, cause: CommandCause) -> NoticeStandingView:
        """Answers a notice that stands."""
        asked = AnswerNotice(notice_id=notice_id, text=body.text)
        return NoticeStandingView.of(await command(ladder.answer_notice, asked, cause))

    @routes.get("/my/sanctions", operation=OWN)
    async def list_my_sanctions(cause: QueryCause, page: PageRequest) -> Page[SanctionRow]:
        """The steps that bind, or bound, one's own listings and access, with their grounds."""
        return _sanctions(await ladder.own_sanctions(SanctionSearch(after=page.after(Place), limit=page.limit), cause))

    @routes.post("/my/sanctions/{sanction_id}/appeal", operation="appeal.make", status_code=201)
    async def make_appeal(sanction_id: UUID, body: NewAppeal, cause: CommandCause) -> StepStandingView:
        """Appeals, once and within its window; the step stands meanwhile (P4.4)."""
        asked = MakeAppeal(sanction_id=sanction_id, text=body.text)
        return StepStandingView.of(await command(ladder.make_appeal, asked, cause))

    return routes


def _notices(found: NoticesPage) -> Page[NoticeRow]:
    last = found.notices[-1] if found.more else None
    return Page[NoticeRow](
        items=[NoticeRow.of(one) for one in found.notices],
        next_cursor=encode_cursor((last.issued_at, last.notice_id)) if last else None,
        as_of=found.as_of,
    )


def _sanctions(found: SanctionsPage) -> Page[SanctionRow]:
    last = found.sanctions[-1] if found.more else None
    return Page[SanctionRow](
        items=[SanctionRow.of(one) for one in found.sanctions],
        next_cursor=encode_cursor((last.proposed_at, last.sanction_id)) if last else None,
        as_of=found.as_of,
    )
