"""A security administrator decides whether a firm is given the credential that another proposed."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.onboarding_ports import BeginOnboarding
from monitoring.domain.firm_credential import FirmCredential


@dataclass(frozen=True, kw_only=True)
class ApproveCredential:
    """Let a proposed credential be issued."""

    credential_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeclineCredential:
    """Do not let it be issued."""

    credential_id: UUID
    reason: str


class ApproveCredentialHandler:
    """Approves; what was approved earlier and never issued lapses, so that it cannot kill this one later."""

    def __init__(self, *, begin: BeginOnboarding, new_seed: Callable[[], bytes]) -> None:
        self._begin = begin
        self._new_seed = new_seed

    async def __call__(self, command: ApproveCredential, cause: Cause) -> UUID:
        """The credential that may be issued now. Its seed is in no answer and no audit row.

        Raises:
            ProposalNotFound, ProposalDecided, OwnProposal: there is nothing for this person to decide.
            CredentialBeingIssued: another one of the firm and environment is on its way.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            credential = await work.credentials.lock(command.credential_id)
            approved = credential.approved(by=cause.subject.user_id, at=work.said_at).with_seed(self._new_seed())
            for earlier in await work.credentials.unissued(credential.firm_id, credential.environment):
                await work.credentials.save(earlier.lapsed(at=work.said_at))
            await work.credentials.save(approved)
            work.note(
                firm_id=credential.firm_id,
                environment=credential.environment,
                credential=str(credential.id),
                proposed_by=credential.proposed_by,
            )
            return work.answer(credential.id)


class DeclineCredentialHandler:
    """Leaves the reason with the proposal; the credential may be proposed anew."""

    def __init__(self, *, begin: BeginOnboarding) -> None:
        self._begin = begin

    async def __call__(self, command: DeclineCredential, cause: Cause) -> FirmCredential:
        """The declined proposal.

        Raises:
            ProposalNotFound, ProposalDecided, OwnProposal: there is nothing for this person to decide.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            credential = await work.credentials.lock(command.credential_id)
            declined = credential.declined(by=cause.subject.user_id, at=work.said_at, reason=command.reason)
            await work.credentials.save(declined)
            work.note(firm_id=credential.firm_id, environment=credential.environment, credential=str(credential.id))
            return work.answer(declined)
