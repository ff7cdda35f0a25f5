"""A number was recorded whose registration had arrived before: it applies now (P17.2, P12.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Begin
from listing.application.registering import apply_registration


@dataclass(frozen=True, kw_only=True)
class MatchRegistration:
    """The case whose number it is."""

    case_id: UUID


class MatchRegistrationHandler:
    """As the newest complete snapshot says it."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: MatchRegistration, cause: Cause) -> None:
        """Applies it."""
        async with self._begin(cause) as work:
            case = await work.registration_cases.get(command.case_id)
            registration = await work.registrations.newest(case.number) if case.number else None
            if registration is not None:
                await apply_registration(work, registration)
