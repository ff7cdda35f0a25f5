"""Applications as their applicant sees them, and as reviewers do (P6.2, P6.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Read
from review.domain.access_application import AccessApplication, ApplicationNotFound
from review.domain.attachment import Attachment
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class AskOwnApplication:
    """Of the participant that asks: its latest."""


@dataclass(frozen=True, kw_only=True)
class ListApplications:
    """Those that wait for a reviewer, after a place."""

    after: tuple[datetime, UUID] | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class ApplicationsPage:
    """A page of them, and the moment it speaks of."""

    items: Sequence[AccessApplication]
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadApplication:
    """One that the reviewer has claimed."""

    application_id: UUID
    reviewer: Reviewer


@dataclass(frozen=True, kw_only=True)
class ReadPaper:
    """One paper of an application the reviewer has claimed."""

    application_id: UUID
    attachment_id: UUID
    reviewer: Reviewer


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper with its content."""

    attachment: Attachment
    content: bytes


class AskOwnApplicationHandler:
    """The applicant reads their own case, in every state."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: AskOwnApplication, cause: Cause) -> AccessApplication:  # noqa: ARG002  # it asks about the caller
        """Answers."""
        async with self._read(cause) as reading:
            found = await reading.applications.current(cause.subject.participant_id or "")
            if found is None:
                raise ApplicationNotFound
            return found


class ListApplicationsHandler:
    """The reviewers' queue: what it says of an application is metadata."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ListApplications, cause: Cause) -> ApplicationsPage:
        """Answers, the longest waiting first."""
        async with self._read(cause) as reading:
            found = await reading.waiting_applications(after=question.after, limit=question.limit)
            return ApplicationsPage(items=found, as_of=reading.now)


class ReadApplicationHandler:
    """Who has claimed it sees all of it."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ReadApplication, cause: Cause) -> AccessApplication:
        """Answers."""
        async with self._read(cause) as reading:
            application = await reading.applications.get(question.application_id)
            application.require_claimed_by(question.reviewer, now=reading.now)
            return application


class ReadPaperHandler:
    """Who has claimed the application opens its papers."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ReadPaper, cause: Cause) -> Paper:
        """Answers."""
        async with self._read(cause) as reading:
            application = await reading.applications.get(question.application_id)
            application.require_claimed_by(question.reviewer, now=reading.now)
            found = next((one for one in application.attachments if one.attachment_id == question.attachment_id), None)
            content = await reading.paper(question.application_id, question.attachment_id)
            if found is None or content is None:
                raise ApplicationNotFound
            return Paper(attachment=found, content=content)
