"""An applicant fills in who they are, as what they apply and why (P6.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from review.application.ports import Begin
from review.domain.access_application import (
    ENDED,
    AccessAlreadyOpen,
    AccessApplication,
    ApplicationNotFound,
    ApplicationState,
    Statement,
)


@dataclass(frozen=True, kw_only=True)
class StateApplication:
    """The whole statement; what was said before is replaced."""

    statement: Statement


@dataclass(frozen=True, kw_only=True)
class ApplicationStanding:
    """How the application stands after a command."""

    application_id: UUID
    state: ApplicationState


class StateApplicationHandler:
    """Begins an application, or restates the one that is open."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: StateApplication, cause: Cause) -> ApplicationStanding:
        """Keeps it."""
        subject = cause.subject
        if subject.participant_id is None:
            raise ApplicationNotFound
        if subject.roles & {"PL", "LE"}:
            raise AccessAlreadyOpen
        async with self._begin(cause) as work:
            current = await work.applications.current(subject.participant_id)
            if current is not None and current.state not in ENDED:
                current.restate(command.statement)
                await work.applications.save(current)
            else:
                current = AccessApplication(
                    application_id=new_id(),
                    participant_id=subject.participant_id,
                    user_id=subject.user_id,
                    statement=command.statement,
                    begun_at=work.now,
                )
                await work.applications.add(current)
            return work.answer(standing_of(current))


def standing_of(application: AccessApplication) -> ApplicationStanding:
    """How an application stands."""
    return ApplicationStanding(application_id=application.application_id, state=application.state)
