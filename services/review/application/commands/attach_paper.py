"""An applicant attaches a paper (P6.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from review.application.own_applications import own_application
from review.application.ports import Begin
from review.domain.access_terms import attachment_limits
from review.domain.attachment import OfferedPaper, attach


@dataclass(frozen=True, kw_only=True)
class AttachPaper:
    """The file as it came."""

    paper: OfferedPaper


@dataclass(frozen=True, kw_only=True)
class PaperAttached:
    """What was kept, with the hash of its content."""

    attachment_id: UUID
    size: int
    sha256: str


class AttachPaperHandler:
    """Keeps it with the application; nothing of it is ever said."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AttachPaper, cause: Cause) -> PaperAttached:
        """Attaches it."""
        async with self._begin(cause) as work:
            application = await own_application(work, cause)
            paper = attach(
                new_id(),
                command.paper,
                kept=len(application.attachments),
                limits=attachment_limits(work.today),
                at=work.now,
            )
            application.add(paper)
            await work.applications.save(application)
            await work.applications.keep(application, paper, command.paper.content)
            return work.answer(PaperAttached(attachment_id=paper.attachment_id, size=paper.size, sha256=paper.sha256))
