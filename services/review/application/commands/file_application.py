"""An applicant hands the application to the reviewers, or answers what they asked (P6.2, P6.3)."""

from dataclasses import dataclass

from chassis.cause import Cause
from review.application.commands.state_application import ApplicationStanding, standing_of
from review.application.own_applications import own_application
from review.application.ports import Begin
from review.domain.access_terms import categories


@dataclass(frozen=True, kw_only=True)
class FileApplication:
    """The draft as it stands; `answer` where more was asked."""

    answer: str | None = None


class FileApplicationHandler:
    """Nothing incomplete reaches a reviewer."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: FileApplication, cause: Cause) -> ApplicationStanding:
        """Files it, or sends the answer."""
        async with self._begin(cause) as work:
            application = await own_application(work, cause)
            known = categories(work.today)
            if command.answer is None:
                application.file(categories=known, at=work.now)
            else:
                application.answer(command.answer, categories=known, at=work.now)
            await work.applications.save(application)
            work.record(*application.facts)
            return work.answer(standing_of(application))
