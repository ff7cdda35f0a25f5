"""An approved credential reaches the broker, and whoever approved it, once."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from monitoring.application.onboarding_ports import BeginOnboarding, Credentials, IssueOnBroker, ReadingOnboarding
from monitoring.domain.firm_credential import FirmCredential


@dataclass(frozen=True, kw_only=True)
class IssueCredential:
    """Issue an approved credential."""

    credential_id: UUID


@dataclass(frozen=True, kw_only=True)
class IssuedCredential:
    """A credential that its firm holds; `shown` for the one request that may show it."""

    credential: FirmCredential
    shown: Credentials | None


class IssueCredentialHandler:
    """Sets the password before the transaction: the broker is never waited for inside one.

    Of several identical requests each sets the same password, and one shows it: the one that writes down that it was
    issued. Ended half-way, the request may be repeated.
    """

    def __init__(self, *, begin: BeginOnboarding, reading: ReadingOnboarding, issue: IssueOnBroker) -> None:
        self._begin = begin
        self._reading = reading
        self._issue = issue

    async def __call__(self, command: IssueCredential, cause: Cause) -> IssuedCredential:
        """The credential, shown if this request issued it.

        Raises:
            ProposalNotFound: there is none of that id.
            CredentialLapsed: a newer one overtook it.
        """
        async with self._reading(cause) as reads:
            credential = await reads.credential(command.credential_id)
        if not credential.may_be_issued():
            return IssuedCredential(credential=credential, shown=None)
        made = await self._issue(credential)
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            credential = await work.credentials.lock(command.credential_id)
            if not credential.may_be_issued():
                return IssuedCredential(credential=credential, shown=None)
            issued = credential.issued(at=work.said_at)
            await work.credentials.save(issued)
            work.note(
                firm_id=credential.firm_id, environment=credential.environment, credential=str(issued.id), issued=True
            )
            return IssuedCredential(credential=issued, shown=made)
