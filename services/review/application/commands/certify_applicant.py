"""The identity of an approved applicant is certified, and access follows (P6.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.access_ports import Certification, IdentityProvider, NotCertified
from review.application.ports import Begin, Read
from review.domain.access_application import AccessApplication


@dataclass(frozen=True, kw_only=True)
class CertifyApplicant:
    """The application that was approved."""

    application_id: UUID


class CertifyApplicantHandler:
    """First the provider, then our word: an application is never approved without being certified.

    Stopped between the two, the due row stays and both are done again; the provider takes a second asking as the
    first. While it is away the work waits, for as long as it takes. Its no goes back to the reviewers.
    """

    def __init__(self, *, begin: Begin, read: Read, provider: IdentityProvider) -> None:
        self._begin = begin
        self._read = read
        self._provider = provider

    async def __call__(self, command: CertifyApplicant, cause: Cause) -> None:
        """Certifies, and says that access is granted."""
        async with self._read(cause) as reading:
            application = await reading.applications.get(command.application_id)
        # No transaction is open while the provider is waited for.
        failure = await self._asked(application)
        async with self._begin(cause) as work:
            application = await work.applications.get(command.application_id)
            if failure is None:
                application.certified(at=work.now)
            else:
                application.not_certified(failure)
            await work.applications.save(application)
            work.record(*application.facts)
            work.note(certified=failure is None)

    async def _asked(self, application: AccessApplication) -> str | None:
        applicant = application.statement.applicant
        try:
            await self._provider.certify(
                Certification(
                    application_id=application.application_id,
                    user_id=application.user_id,
                    participant_id=application.participant_id,
                    kind=applicant.kind,
                    name=applicant.name,
                    document_type=applicant.document_type,
                    document_number=applicant.document_number,
                )
            )
        except NotCertified as refused:
            return str(refused)
        return None
