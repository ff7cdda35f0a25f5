"""Term sheets: proposals, counter-offers, acceptance and the summary that downloads (P15.3)."""

from uuid import UUID

from fastapi import Request, Response

from chassis.http import CommandCause, QueryCause, Routes, command
from chassis.problems import preferred_language
from messaging.application.commands.accept_terms import AcceptTerms
from messaging.application.commands.propose_terms import ProposeTerms
from messaging.application.queries.read_conversations import ReadTerms
from messaging.application.use_cases import UseCases
from messaging.transport.http.talk import OWN
from messaging.transport.http.terms_summary import summary_of
from messaging.transport.http.terms_views import AcceptedBody, NewTerms, ProposedBody, TermSheetBody


def routes(use_cases: UseCases) -> Routes:
    """The routes of a conversation's terms."""
    sheet = Routes(service="messaging", tags=["conversations"])

    @sheet.post("/conversations/{conversation_id}/terms", operation=OWN, status_code=201)
    async def propose_terms(conversation_id: UUID, body: NewTerms, cause: CommandCause) -> ProposedBody:
        """Proposes terms, or answers the round one has read with a counter-offer."""
        asked = ProposeTerms(conversation_id=conversation_id, answers=body.answers, terms=body.terms.terms())
        made = await command(use_cases.propose_terms, asked, cause)
        return ProposedBody(round=made.round, number=made.number, proposed_at=made.proposed_at)

    @sheet.get("/conversations/{conversation_id}/terms", operation=OWN)
    async def read_terms(conversation_id: UUID, cause: QueryCause) -> TermSheetBody:
        """Every round with what changed against the one before, and who has accepted it."""
        found = await use_cases.read_conversations.terms(ReadTerms(conversation_id=conversation_id), cause)
        return TermSheetBody.of(found, reader_id=cause.subject.participant_id)

    @sheet.post("/conversations/{conversation_id}/terms/{round_number}/acceptance", operation=OWN)
    async def accept_terms(conversation_id: UUID, round_number: int, cause: CommandCause) -> AcceptedBody:
        """Accepts the round on the table; once both sides have, a registration case opens (P17.1)."""
        asked = AcceptTerms(conversation_id=conversation_id, round=round_number)
        accepted = await command(use_cases.accept_terms, asked, cause)
        return AcceptedBody(round=accepted.round, both=accepted.both)

    @sheet.get("/conversations/{conversation_id}/terms/summary", operation=OWN, response_class=Response)
    async def download_terms_summary(conversation_id: UUID, request: Request, cause: QueryCause) -> Response:
        """The last round as a text file, in the reader's language."""
        found = await use_cases.read_conversations.terms(ReadTerms(conversation_id=conversation_id), cause)
        language = preferred_language(request.headers.get("accept-language"))
        return Response(
            summary_of(found, chinese=language == "zh"),
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="terms-{found.term_sheet_id}.txt"'},
        )

    return sheet
