"""What the use cases of access need of the world: applications, logins as they stand, and the identity provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from chassis.cause import LoginStanding, Status
from review.domain.access_application import AccessApplication
from review.domain.attachment import Attachment


class Applications(Protocol):
    """Applications with their papers; a save is guarded by the version that was read."""

    async def add(self, application: AccessApplication) -> None:
        """Keeps a new one; a participant has one that has not ended, so that a second collides."""

    async def get(self, application_id: UUID) -> AccessApplication:
        """One in the scope of this transaction; raises `ApplicationNotFound`."""

    async def current(self, participant_id: str) -> AccessApplication | None:
        """The participant's latest."""

    async def save(self, application: AccessApplication) -> None:
        """Keeps what changed; raises a version conflict when somebody was faster."""

    async def keep(self, application: AccessApplication, attachment: Attachment, content: bytes) -> None:
        """Keeps the content of a paper."""


class HeardStandings(Protocol):
    """How logins stand, as the board says."""

    async def put(
        self, participant_id: str, *, no_access: str | None, status: Status, logins: Sequence[LoginStanding]
    ) -> None:
        """Takes the board's word in the place of what it said before."""


class AccessReading(Protocol):
    """Applications in one consistent read."""

    applications: Applications

    async def waiting_applications(
        self, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[AccessApplication]:
        """Those that wait for a reviewer, the longest waiting first."""

    async def paper(self, application_id: UUID, attachment_id: UUID) -> bytes | None:
        """The content of a paper in scope."""


@dataclass(frozen=True, kw_only=True)
class Certification:
    """What the identity provider is asked to certify. `application_id` makes asking twice the same as asking once."""

    application_id: UUID
    user_id: str
    participant_id: str
    kind: Literal["person", "institution"]
    name: str
    document_type: str
    document_number: str


class NotCertified(Exception):  # the provider's no, which a person has to look at
    """The identity provider will not certify this identity; its reason is the message."""


class IdentityProvider(Protocol):
    """The provider's act for review: it certifies an applicant. What changes there is said as an event."""

    async def certify(self, certification: Certification) -> None:
        """Returns when the identity is certified; asked again with the same application, nothing changes.

        Raises:
            NotCertified: the provider says no.
            OSError: it does not answer; the same call may be made again.
        """
