"""Firms come on board and are given credentials: one person proposes, another approves with a fresh second factor."""

from datetime import datetime
from typing import Annotated, TypedDict
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import CommandCause, QueryCause, Routes, command
from chassis.kernel import new_id
from monitoring.application.commands.decide_credential import ApproveCredential, DeclineCredential
from monitoring.application.commands.decide_firm_proposal import ApproveFirm, DeclineFirm
from monitoring.application.commands.issue_credential import IssueCredential, IssuedCredential
from monitoring.application.commands.open_firm import OpenFirm
from monitoring.application.commands.propose_credential import ProposeCredential
from monitoring.application.commands.propose_firm import ProposeFirm
from monitoring.application.onboarding import Onboarding
from monitoring.application.queries.read_proposals import ReadProposals
from monitoring.domain.firm import FirmEnvironment
from monitoring.domain.firm_credential import FirmCredential
from monitoring.domain.firm_onboarding import FirmProposal
from monitoring.domain.four_eyes import Proposal, ProposalState
from monitoring.transport.http.firms import FirmId, FirmShown

ONBOARD = "firm.onboard"
ISSUE = "firm_credential.issue"
FIRM_ID = r"^[A-Za-z0-9_]{1,16}$"
ProposalId = Annotated[UUID, Path(examples=["0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"])]
OfState = Annotated[ProposalState | None, Query(description="Only proposals in this state")]


class NewFirm(BaseModel):
    """A firm to be taken on board."""

    model_config = ConfigDict(extra="forbid")

    firm_id: str = Field(pattern=FIRM_ID, examples=["F001"], description="Names its topics for ever")
    name: str = Field(min_length=1, max_length=120, examples=["甲证券股份有限公司"])


class NewCredential(BaseModel):
    """A credential to be given to a firm."""

    model_config = ConfigDict(extra="forbid")

    environment: FirmEnvironment = Field(examples=["PROD"], description="TEST counts nowhere")


class Declined(BaseModel):
    """Why a proposal is declined."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, examples=["许可文件尚未补齐"])


class ProposalShown(BaseModel):
    """What one person proposed and another decided."""

    id: UUID
    firm_id: str
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class FirmProposalShown(ProposalShown):
    """A firm that somebody wants on board."""

    name: str

    @classmethod
    def of(cls, one: FirmProposal) -> "FirmProposalShown":
        """From what is kept."""
        return cls(firm_id=one.firm_id, name=one.name, **_decision(one))


class CredentialShown(ProposalShown):
    """A credential, without what opens anything."""

    environment: FirmEnvironment
    issued_at: datetime | None

    @classmethod
    def of(cls, one: FirmCredential) -> "CredentialShown":
        """From what is kept."""
        return cls(firm_id=one.firm_id, environment=one.environment, issued_at=one.issued_at, **_decision(one))


class CredentialIssued(CredentialShown):
    """A credential as it is shown once: a repeated request answers without what is below."""

    bootstrap: str | None = None
    authority: str | None = Field(default=None, description="The broker's certificate authority, PEM")
    mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    submissions_topic: str | None = None
    receipts_topic: str | None = None
    group_prefix: str | None = None

    @classmethod
    def once(cls, made: IssuedCredential) -> "CredentialIssued":
        """From what is kept, and what was made by this very request."""
        shown = CredentialShown.of(made.credential).model_dump()
        return cls(**shown, **(vars(made.shown) if made.shown is not None else {}))


class FirmProposalsShown(BaseModel):
    """Proposed firms, the newest first."""

    items: list[FirmProposalShown]
    as_of: datetime


class CredentialsShown(BaseModel):
    """Proposed credentials, the newest first."""

    items: list[CredentialShown]
    as_of: datetime


def onboarding_routes(onboarding: Onboarding) -> Routes:
    """The routes of what takes two people."""
    routes = Routes(service="monitoring", tags=["submissions"])
    _firm_routes(routes, onboarding)
    _credential_routes(routes, onboarding)
    return routes


def _firm_routes(routes: Routes, onboarding: Onboarding) -> None:
    @routes.post("/firm-proposals", operation=ONBOARD, act="propose", status_code=201)
    async def propose_firm(body: NewFirm, cause: CommandCause, response: Response) -> FirmProposalShown:
        """Proposes that a firm comes on board; another person decides."""
        asked = ProposeFirm(proposal_id=new_id(), firm_id=body.firm_id, name=body.name)
        proposal = await command(onboarding.propose_firm, asked, cause)
        response.headers["Location"] = f"/api/v1/firm-proposals/{proposal.id}"
        return FirmProposalShown.of(proposal)

    @routes.get("/firm-proposals", operation=ONBOARD)
    async def read_firm_proposals(cause: QueryCause, state: OfState = None) -> FirmProposalsShown:
        """Firms that were proposed, the newest first."""
        found = await onboarding.read_firm_proposals(ReadProposals(state=state), cause)
        return FirmProposalsShown(items=[FirmProposalShown.of(one) for one in found.proposals], as_of=found.as_of)

    @routes.post("/firm-proposals/{proposal_id}/approval", operation=ONBOARD, act="approve")
    async def approve_firm(proposal_id: ProposalId, cause: CommandCause) -> FirmShown:
        """Takes the firm on board: its topics are made, and nobody has access to them yet."""
        firm = await command(onboarding.approve_firm, ApproveFirm(proposal_id=proposal_id), cause)
        return FirmShown.of(await onboarding.open_firm(OpenFirm(firm_id=firm.firm_id), cause.again()))

    @routes.post("/firm-proposals/{proposal_id}/refusal", operation=ONBOARD, act="approve")
    async def decline_firm(proposal_id: ProposalId, body: Declined, cause: CommandCause) -> FirmProposalShown:
        """Declines with a reason; the firm may be proposed anew."""
        asked = DeclineFirm(proposal_id=proposal_id, reason=body.reason)
        return FirmProposalShown.of(await command(onboarding.decline_firm, asked, cause))


def _credential_routes(routes: Routes, onboarding: Onboarding) -> None:
    @routes.post("/firms/{firm_id}/credentials", operation=ISSUE, act="propose", status_code=201)
    async def propose_credential(firm_id: FirmId, body: NewCredential, cause: CommandCause) -> CredentialShown:
        """Proposes that a firm is given a credential; it replaces the one it has in that environment."""
        asked = ProposeCredential(credential_id=new_id(), firm_id=firm_id, environment=body.environment)
        return CredentialShown.of(await command(onboarding.propose_credential, asked, cause))

    @routes.get("/firm-credentials", operation=ISSUE)
    async def read_firm_credentials(cause: QueryCause, state: OfState = None) -> CredentialsShown:
        """Credentials that were proposed, the newest first; no password is among them."""
        found = await onboarding.read_credentials(ReadProposals(state=state), cause)
        return CredentialsShown(items=[CredentialShown.of(one) for one in found.credentials], as_of=found.as_of)

    @routes.post("/firm-credentials/{proposal_id}/approval", operation=ISSUE, act="approve")
    async def approve_credential(proposal_id: ProposalId, cause: CommandCause) -> CredentialIssued:
        """Issues the credential and shows it, this once."""
        approved = await command(onboarding.approve_credential, ApproveCredential(credential_id=proposal_id), cause)
        issued = await onboarding.issue_credential(IssueCredential(credential_id=approved), cause.again())
        return CredentialIssued.once(issued)

    @routes.post("/firm-credentials/{proposal_id}/refusal", operation=ISSUE, act="approve")
    async def decline_credential(proposal_id: ProposalId, body: Declined, cause: CommandCause) -> CredentialShown:
        """Declines with a reason; the credential may be proposed anew."""
        asked = DeclineCredential(credential_id=proposal_id, reason=body.reason)
        return CredentialShown.of(await command(onboarding.decline_credential, asked, cause))


class _Decision(TypedDict):
    id: UUID
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


def _decision(one: Proposal) -> _Decision:
    return {
        "id": one.id,
        "state": one.state,
        "proposed_by": one.proposed_by,
        "proposed_at": one.proposed_at,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "reason": one.reason,
    }
