"""A member enters the registration's number; where it has arrived already, it applies at once (P17.2)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.commands.change_registration import RegistrationStanding, member_case
from listing.application.ports import Begin
from listing.application.registering import keep_case

MATCHING = "listing.match_registration"


@dataclass(frozen=True, kw_only=True)
class RecordNumber:
    """The number as the depository wrote it."""

    case_id: UUID
    number: str


class RecordNumberHandler:
    """The other side's listing is moved by clocked work: a member's transaction sees its own alone."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: RecordNumber, cause: Cause) -> RegistrationStanding:
        """Records it."""
        async with self._begin(cause) as work:
            case, _ = await member_case(work, cause, command.case_id)
            case.record_number(command.number, by=cause.subject.user_id, at=work.now)
            await keep_case(work, case)
            if await work.registrations.newest(command.number) is not None:
                work.schedule(kind=MATCHING, key=str(case.id), due_at=work.now)
            return work.answer(RegistrationStanding.of(case))
