"""A reviewer approves an application, refuses it, or asks for more (P6.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.state_application import ApplicationStanding, standing_of
from review.application.ports import Begin
from review.domain.access_terms import refusal_reasons
from review.domain.reviewer import Reviewer

CERTIFY = "review.certify_applicant"


@dataclass(frozen=True, kw_only=True)
class ApproveApplication:
    """The reviewer's yes."""

    application_id: UUID
    reviewer: Reviewer


@dataclass(frozen=True, kw_only=True)
class RefuseApplication:
    """The reviewer's no, with its codes."""

    application_id: UUID
    reviewer: Reviewer
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AskMore:
    """What the reviewer needs to know first."""

    application_id: UUID
    reviewer: Reviewer
    question: str


class DecideApplicationHandler:
    """The three of them, by the reviewer who has claimed it.

    An approval is not access yet: the identity is certified by clocked work, which goes on whatever stops meanwhile.
    """

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(
        self, command: ApproveApplication | RefuseApplication | AskMore, cause: Cause
    ) -> ApplicationStanding:
        """Decides, or asks."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            application = await work.applications.get(command.application_id)
            match command:
                case ApproveApplication():
                    application.approve(command.reviewer, now=work.now)
                    work.schedule(kind=CERTIFY, key=str(application.application_id), due_at=work.now)
                case RefuseApplication():
                    reasons = refusal_reasons(command.reasons, on=work.today)
                    application.refuse(reasons, command.reviewer, now=work.now)
                case AskMore():
                    application.ask(command.question, command.reviewer, now=work.now)
            await work.applications.save(application)
            work.record(*application.facts)
            work.note(application_id=str(application.application_id), state=application.state)
            return work.answer(standing_of(application))
