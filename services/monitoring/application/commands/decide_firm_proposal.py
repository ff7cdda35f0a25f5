"""A supervisor of the regulator decides whether a proposed firm comes on board."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.onboarding_ports import BeginOnboarding
from monitoring.domain.firm import Firm
from monitoring.domain.firm_onboarding import FirmProposal

OPEN_FIRM: Final = "monitoring.open_firm"
# The request that approves goes on to open the firm; clocked work does it where that request's process ended.
OPENED_WITHIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ApproveFirm:
    """Take a proposed firm on board."""

    proposal_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeclineFirm:
    """Do not take a proposed firm on board."""

    proposal_id: UUID
    reason: str


class ApproveFirmHandler:
    """The firm stands in the books before its topics exist: nothing can come from it before it is known."""

    def __init__(self, *, begin: BeginOnboarding) -> None:
        self._begin = begin

    async def __call__(self, command: ApproveFirm, cause: Cause) -> Firm:
        """The firm, not yet able to submit.

        Raises:
            ProposalNotFound, ProposalDecided, OwnProposal: there is nothing for this person to decide.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            proposal = await work.proposals.lock(command.proposal_id)
            approved = proposal.approved(by=cause.subject.user_id, at=work.now)
            firm = approved.firm(at=work.now)
            await work.proposals.save(approved)
            await work.firms.add(firm)
            work.schedule(kind=OPEN_FIRM, key=firm.firm_id, due_at=work.now + OPENED_WITHIN)
            work.note(firm_id=firm.firm_id, proposal=str(proposal.id), proposed_by=proposal.proposed_by)
            return work.answer(firm)


class DeclineFirmHandler:
    """Leaves the reason with the proposal; the firm may be proposed anew."""

    def __init__(self, *, begin: BeginOnboarding) -> None:
        self._begin = begin

    async def __call__(self, command: DeclineFirm, cause: Cause) -> FirmProposal:
        """The declined proposal.

        Raises:
            ProposalNotFound, ProposalDecided, OwnProposal: there is nothing for this person to decide.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            proposal = await work.proposals.lock(command.proposal_id)
            declined = proposal.declined(by=cause.subject.user_id, at=work.now, reason=command.reason)
            await work.proposals.save(declined)
            work.note(firm_id=proposal.firm_id, proposal=str(proposal.id), proposed_by=proposal.proposed_by)
            return work.answer(declined)
