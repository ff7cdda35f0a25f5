"""A data steward proposes that a securities firm comes on board."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.onboarding_ports import BeginOnboarding
from monitoring.domain.firm import FirmExists, FirmNotFound
from monitoring.domain.firm_onboarding import FirmProposal


@dataclass(frozen=True, kw_only=True)
class ProposeFirm:
    """Propose a firm; its id names its topics for ever."""

    proposal_id: UUID
    firm_id: str
    name: str


class ProposeFirmHandler:
    """Writes the proposal down. Nothing is made for the firm before another person approves."""

    def __init__(self, *, begin: BeginOnboarding) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeFirm, cause: Cause) -> FirmProposal:
        """The open proposal.

        Raises:
            FirmExists: its id is taken.
            FirmAlreadyProposed: a proposal for it waits already.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            try:
                await work.firms.get(command.firm_id)
            except FirmNotFound:
                proposal = FirmProposal(
                    id=command.proposal_id,
                    firm_id=command.firm_id,
                    name=command.name,
                    proposed_by=cause.subject.user_id,
                    proposed_at=work.now,
                )
                await work.proposals.add(proposal)
                work.note(firm_id=command.firm_id, proposal=str(proposal.id))
                return work.answer(proposal)
            raise FirmExists(firm_id=command.firm_id)
