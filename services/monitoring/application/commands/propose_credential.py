"""A system administrator proposes that a firm is given a credential."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.onboarding_ports import BeginOnboarding
from monitoring.domain.firm import FirmEnvironment
from monitoring.domain.firm_credential import FirmCredential, FirmNotActive


@dataclass(frozen=True, kw_only=True)
class ProposeCredential:
    """Propose a credential of a firm for one environment; it replaces the one the firm has there."""

    credential_id: UUID
    firm_id: str
    environment: FirmEnvironment


class ProposeCredentialHandler:
    """Writes the proposal down."""

    def __init__(self, *, begin: BeginOnboarding) -> None:
        self._begin = begin

    async def __call__(self, command: ProposeCredential, cause: Cause) -> FirmCredential:
        """The proposed credential.

        Raises:
            FirmNotFound: no such firm is on board.
            FirmNotActive: its topics are not made yet, or it is suspended.
            CredentialAlreadyProposed: a proposal for it waits already.
        """
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            firm = await work.firms.get(command.firm_id)
            if firm.status != "active":
                raise FirmNotActive(firm_id=firm.firm_id, status=firm.status)
            credential = FirmCredential(
                id=command.credential_id,
                firm_id=firm.firm_id,
                environment=command.environment,
                proposed_by=cause.subject.user_id,
                proposed_at=work.said_at,
            )
            await work.credentials.add(credential)
            work.note(firm_id=firm.firm_id, environment=command.environment, credential=str(credential.id))
            return work.answer(credential)
