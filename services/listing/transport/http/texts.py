"""New versions of legal texts, for operators: proposed by one, decided by another (P4.5)."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.http import CommandCause, QueryCause, Routes, command
from listing.application.commands.change_texts import DecideText, ProposeText, TextProposalStanding
from listing.application.queries.list_text_proposals import ListTextProposals
from listing.application.use_cases import UseCases
from listing.domain.legal_text import TextKind
from listing.domain.text_proposal import ProposalState, TextProposal
from listing.transport.http.contents import Strict

CHANGE = "board_rule.change"
TEXT_MAX = 100_000
Title = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=TEXT_MAX)]


class NewText(Strict):
    """The text as it would be, in both languages."""

    kind: TextKind = Field(examples=["guide"])
    version: Annotated[str, StringConstraints(max_length=40)] = Field(examples=["2"])
    effective_from: date = Field(examples=["2026-04-01"], description="Today or later; it is to be accepted from then")
    title_zh: Title = Field(examples=["业务操作指引"])
    title_en: Title = Field(examples=["Guide"])
    text_zh: Text = Field(examples=["一、……"])
    text_en: Text = Field(examples=["1. ..."])


class TextProposalStandingView(BaseModel):
    """How a proposal stands."""

    proposal_id: UUID
    kind: TextKind
    version: str
    effective_from: date
    state: ProposalState

    @classmethod
    def of(cls, standing: TextProposalStanding) -> Self:
        """As it is shown."""
        return cls.model_validate(standing, from_attributes=True)


class TextProposalView(TextProposalStandingView):
    """A proposal with its text, and who proposed and decided it."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @classmethod
    def of_proposal(cls, proposal: TextProposal) -> Self:
        """As it is shown."""
        return cls.model_validate({**vars(proposal.text), **vars(proposal)})


class TextProposalsView(BaseModel):
    """The newest proposals."""

    items: list[TextProposalView]


def text_routes(use_cases: UseCases) -> Routes:
    """The routes of those who keep the texts."""
    routes = Routes(service="listing", tags=["texts"])

    @routes.get("/legal-texts/proposals", operation=CHANGE)
    async def list_text_proposals(cause: QueryCause) -> TextProposalsView:
        """Proposed, approved and rejected versions, the newest first."""
        found = await use_cases.list_text_proposals(ListTextProposals(), cause)
        return TextProposalsView(items=[TextProposalView.of_proposal(one) for one in found])

    @routes.post("/legal-texts/proposals", operation=CHANGE, act="propose", status_code=201)
    async def propose_text(body: NewText, cause: CommandCause) -> TextProposalStandingView:
        """Proposes a new version."""
        asked = ProposeText(**body.model_dump())
        return TextProposalStandingView.of(await command(use_cases.change_texts, asked, cause))

    @routes.post("/legal-texts/proposals/{proposal_id}/approval", operation=CHANGE, act="approve")
    async def approve_text(proposal_id: UUID, cause: CommandCause) -> TextProposalStandingView:
        """Approves it: from its day on every login is asked to accept it."""
        asked = DecideText(proposal_id=proposal_id, approved=True)
        return TextProposalStandingView.of(await command(use_cases.change_texts, asked, cause))

    @routes.post("/legal-texts/proposals/{proposal_id}/rejection", operation=CHANGE, act="approve")
    async def reject_text(proposal_id: UUID, cause: CommandCause) -> TextProposalStandingView:
        """Rejects it; its version is free again."""
        asked = DecideText(proposal_id=proposal_id, approved=False)
        return TextProposalStandingView.of(await command(use_cases.change_texts, asked, cause))

    return routes
