"""Applications for access over HTTP: the applicant's side, and the reviewers' (P6.2, P6.3)."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.cause import Cause
from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor
from review.application.access_use_cases import AccessUseCases
from review.application.commands.attach_paper import AttachPaper
from review.application.commands.claim_application import ClaimApplication
from review.application.commands.decide_application import ApproveApplication, AskMore, RefuseApplication
from review.application.commands.file_application import FileApplication
from review.application.commands.state_application import ApplicationStanding, StateApplication
from review.application.queries.applications import AskOwnApplication, ListApplications, ReadApplication, ReadPaper
from review.domain.attachment import FILE_NAME_MAX, MEDIA_TYPES, OfferedPaper, PaperKind
from review.domain.reviewer import Reviewer
from review.transport.http.access_views import (
    Answer,
    ApplicationRow,
    ApplicationStandingView,
    ApplicationView,
    Question,
    RefusalModel,
    StatementModel,
)
from review.transport.http.cases import ClaimView, Place, person_of

OWN = "access_application.own"
DECIDE = "access_application.decide"
# What a request may bring at all; what a paper may have is dated data.
UPLOAD_BYTES_MAX = 8 * 1024 * 1024
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _BINARY)}}


def own_application_routes(access: AccessUseCases) -> Routes:
    """What an applicant does: fills in, attaches, files, answers, reads."""
    routes = Routes(service="review", tags=["access"])

    @routes.get("/my/access-application", operation=OWN)
    async def read_own_application(cause: QueryCause) -> ApplicationView:
        """The latest application, in every state."""
        found = await access.ask_own_application(AskOwnApplication(), cause)
        return ApplicationView.of(found, reviewing=False)

    @routes.put("/my/access-application", operation=OWN)
    async def state_application(body: StatementModel, cause: CommandCause) -> ApplicationStandingView:
        """Begins an application, or restates the one that is open."""
        asked = StateApplication(statement=body.statement())
        return _standing(await command(access.state_application, asked, cause))

    @routes.post(
        "/my/access-application/attachments",
        operation=OWN,
        status_code=201,
        body_bytes_max=UPLOAD_BYTES_MAX,
        openapi_extra=_UPLOAD,
    )
    async def attach_paper(
        request: Request,
        cause: CommandCause,
        kind: Annotated[PaperKind, Query(examples=["identity"])],
        file_name: Annotated[str, Query(min_length=1, max_length=FILE_NAME_MAX, examples=["id.pdf"])],
    ) -> dict[str, str | int]:
        """Attaches one file, sent as the body; its type is its Content-Type and what its first bytes say."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        paper = OfferedPaper(kind=kind, file_name=file_name, media_type=media_type, content=await request.body())
        kept = await command(access.attach_paper, AttachPaper(paper=paper), cause)
        return {"attachment_id": str(kept.attachment_id), "size": kept.size, "sha256": kept.sha256}

    @routes.post("/my/access-application/filing", operation=OWN, status_code=202)
    async def file_application(cause: CommandCause) -> ApplicationStandingView:
        """Hands it to the reviewers; what is incomplete is named."""
        return _standing(await command(access.file_application, FileApplication(), cause))

    @routes.post("/my/access-application/answer", operation=OWN, status_code=202)
    async def answer_question(body: Answer, cause: CommandCause) -> ApplicationStandingView:
        """Answers what was asked, and goes back to the reviewers."""
        return _standing(await command(access.file_application, FileApplication(answer=body.answer), cause))

    return routes


def application_routes(access: AccessUseCases, *, account_ref_of: Callable[[str], str]) -> Routes:
    """What reviewers do: claim, read, approve, refuse, ask for more."""
    routes = Routes(service="review", tags=["access"])

    def reviewer(cause: Cause) -> Reviewer:
        return person_of(cause, account_ref_of)

    @routes.get("/access-applications", operation=DECIDE)
    async def list_applications(cause: QueryCause, page: PageRequest) -> Page[ApplicationRow]:
        """Those that wait for a reviewer, the longest waiting first."""
        found = await access.list_applications(ListApplications(after=page.after(Place), limit=page.limit), cause)
        last = found.items[-1] if len(found.items) == page.limit else None
        return Page(
            items=[ApplicationRow.of(one, now=found.as_of) for one in found.items],
            next_cursor=encode_cursor((last.filed_at, last.application_id)) if last and last.filed_at else None,
            as_of=found.as_of,
        )

    @routes.post("/access-applications/{application_id}/claim", operation=DECIDE)
    async def claim_application(application_id: UUID, cause: CommandCause) -> ClaimView:
        """Claims it for 30 minutes, or renews."""
        asked = ClaimApplication(application_id=application_id, reviewer=reviewer(cause))
        claimed = await command(access.claim_application, asked, cause)
        return ClaimView(case_id=claimed.application_id, until=claimed.until)

    @routes.get("/access-applications/{application_id}", operation=DECIDE)
    async def read_application(application_id: UUID, cause: QueryCause) -> ApplicationView:
        """All of it, for the reviewer who has claimed it."""
        asked = ReadApplication(application_id=application_id, reviewer=reviewer(cause))
        return ApplicationView.of(await access.read_application(asked, cause), reviewing=True)

    @routes.get("/access-applications/{application_id}/attachments/{attachment_id}", operation=DECIDE)
    async def read_paper(application_id: UUID, attachment_id: UUID, cause: QueryCause) -> Response:
        """One paper's content; it is for saving, never for showing in the page."""
        asked = ReadPaper(application_id=application_id, attachment_id=attachment_id, reviewer=reviewer(cause))
        paper = await access.read_paper(asked, cause)
        named = f"attachment; filename*=UTF-8''{quote(paper.attachment.file_name, safe='')}"
        headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
        return Response(paper.content, media_type=paper.attachment.media_type, headers=headers)

    _deciding(routes, access, reviewer)
    return routes


def _deciding(routes: Routes, access: AccessUseCases, reviewer: Callable[[Cause], Reviewer]) -> None:
    @routes.post("/access-applications/{application_id}/approval", operation=DECIDE, status_code=202)
    async def approve_application(application_id: UUID, cause: CommandCause) -> ApplicationStandingView:
        """Approves; access follows when the identity provider has certified the applicant."""
        asked = ApproveApplication(application_id=application_id, reviewer=reviewer(cause))
        return _standing(await command(access.decide_application, asked, cause))

    @routes.post("/access-applications/{application_id}/refusal", operation=DECIDE)
    async def refuse_application(
        application_id: UUID, body: RefusalModel, cause: CommandCause
    ) -> ApplicationStandingView:
        """Refuses with coded reasons."""
        asked = RefuseApplication(application_id=application_id, reviewer=reviewer(cause), reasons=tuple(body.reasons))
        return _standing(await command(access.decide_application, asked, cause))

    @routes.post("/access-applications/{application_id}/question", operation=DECIDE)
    async def ask_more(application_id: UUID, body: Question, cause: CommandCause) -> ApplicationStandingView:
        """Asks for more before deciding."""
        asked = AskMore(application_id=application_id, reviewer=reviewer(cause), question=body.question)
        return _standing(await command(access.decide_application, asked, cause))


def _standing(standing: ApplicationStanding) -> ApplicationStandingView:
    return ApplicationStandingView(application_id=standing.application_id, state=standing.state)
