"""Registration cases over HTTP: both sides tick, enter the number, say how far they are (P17)."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import Field

from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, encode_cursor, etag
from listing.application.commands.answer_registration import AnswerRegistration
from listing.application.commands.change_registration import (
    MoveRegistration,
    RegistrationStanding,
    TickItem,
    UntickItem,
)
from listing.application.commands.record_number import RecordNumber
from listing.application.queries.registration import AskChecklist, ListRegistrations, ReadRegistration
from listing.application.registration_use_cases import RegistrationUseCases
from listing.domain.checklist import Variant
from listing.transport.http.registration_views import (
    ChecklistItemView,
    NewTick,
    NumberModel,
    RegistrationAnswer,
    RegistrationMetadata,
    RegistrationRow,
    RegistrationStandingView,
    RegistrationView,
    StageModel,
)
from listing.transport.http.views import StandingView

READ = "registration_case.read"
CHANGE = "registration_case.change"
ItemId = Annotated[str, Path(max_length=20, examples=["C-SEC-1"])]


def registration_routes(registration: RegistrationUseCases) -> Routes:
    """Cases, their checklists, and what owners are asked about registrations."""
    routes = Routes(service="listing", tags=["registration"])
    _reading(routes, registration)
    _changing(routes, registration)
    _asking(routes, registration)
    return routes


def _reading(routes: Routes, registration: RegistrationUseCases) -> None:
    @routes.get("/my/registration-cases", operation=READ)
    async def list_my_registration_cases(cause: QueryCause, page: PageRequest) -> Page[RegistrationRow]:
        """One's own cases, the newest first."""
        found = await registration.list_own(ListRegistrations(after=page.after(UUID), limit=page.limit), cause)
        last = found.cases[-1].id if found.more else None
        return Page[RegistrationRow](
            items=[RegistrationRow.of(one) for one in found.cases],
            next_cursor=encode_cursor(last) if last else None,
            as_of=found.as_of,
        )

    @routes.get("/registration-cases/{case_id}", operation=READ)
    async def read_registration_case(
        case_id: UUID, cause: QueryCause, response: Response
    ) -> Annotated[RegistrationView | RegistrationMetadata, Field(discriminator="view")]:
        """A case with its checklist to its members; metadata alone to supervisors and auditors."""
        file = await registration.read(ReadRegistration(case_id=case_id), cause)
        if not file.member:
            return RegistrationMetadata.of_file(file)
        response.headers["ETag"] = etag(file.case.revision)
        return RegistrationView.of_file(file)

    @routes.get("/checklists/{variant}", operation="public.read")
    async def read_checklist(variant: Variant, cause: QueryCause) -> list[ChecklistItemView]:
        """What a registration asks for; that of unlisted equity only informs (P17.3)."""
        items = await registration.ask_checklist(AskChecklist(variant=variant), cause)
        return [ChecklistItemView.of(one) for one in items]


def _changing(routes: Routes, registration: RegistrationUseCases) -> None:
    @routes.put("/registration-cases/{case_id}/items/{item_id}", operation=CHANGE)
    async def tick_checklist_item(
        case_id: UUID, item_id: ItemId, body: NewTick, cause: CommandCause, response: Response
    ) -> RegistrationStandingView:
        """Says that a paper is there; who and when are kept with it."""
        asked = TickItem(case_id=case_id, item_id=item_id, reference=body.reference, dated=body.dated)
        return _answer(await command(registration.change, asked, cause), response)

    @routes.delete("/registration-cases/{case_id}/items/{item_id}", operation=CHANGE)
    async def untick_checklist_item(
        case_id: UUID, item_id: ItemId, cause: CommandCause, response: Response
    ) -> RegistrationStandingView:
        """Takes a tick back."""
        asked = UntickItem(case_id=case_id, item_id=item_id)
        return _answer(await command(registration.change, asked, cause), response)

    @routes.put("/registration-cases/{case_id}/number", operation=CHANGE)
    async def record_registration_number(
        case_id: UUID, body: NumberModel, cause: CommandCause, response: Response
    ) -> RegistrationStandingView:
        """Enters the number; no two cases carry one (P17.2)."""
        asked = RecordNumber(case_id=case_id, number=body.number)
        return _answer(await command(registration.record_number, asked, cause), response)

    @routes.post("/registration-cases/{case_id}/stage", operation=CHANGE)
    async def change_registration_stage(
        case_id: UUID, body: StageModel, cause: CommandCause, response: Response
    ) -> RegistrationStandingView:
        """Says how far it is: filed, or given up."""
        asked = MoveRegistration(case_id=case_id, stage=body.stage)
        return _answer(await command(registration.change, asked, cause), response)


def _asking(routes: Routes, registration: RegistrationUseCases) -> None:
    @routes.post("/listings/{listing_id}/registration-answers", operation="listing.change")
    async def answer_registration(
        listing_id: UUID, body: RegistrationAnswer, cause: CommandCause, response: Response
    ) -> StandingView:
        """The owner says whether a registration that fits in part is the listing's (P12.3)."""
        asked = AnswerRegistration(listing_id=listing_id, number=body.number, is_it=body.is_it)
        standing = await command(registration.answer, asked, cause)
        response.headers["ETag"] = etag(standing.revision)
        return StandingView.of(standing)


def _answer(standing: RegistrationStanding, response: Response) -> RegistrationStandingView:
    response.headers["ETag"] = etag(standing.revision)
    return RegistrationStandingView.of(standing)
