"""A member ticks a paper, takes a tick back, or says how far the registration is (P17.1)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Begin, Work
from listing.application.registering import keep_case
from listing.domain.listing import ListingChangedMeanwhile
from listing.domain.registration_case import RegistrationCase, RegistrationCaseNotFound, Stage, Tick


@dataclass(frozen=True, kw_only=True)
class TickItem:
    """The paper's reference and date, as the member says them."""

    case_id: UUID
    item_id: str
    reference: str
    dated: date | None


@dataclass(frozen=True, kw_only=True)
class UntickItem:
    """Which tick is taken back."""

    case_id: UUID
    item_id: str


@dataclass(frozen=True, kw_only=True)
class MoveRegistration:
    """How far it is."""

    case_id: UUID
    stage: Literal["preparing", "filed", "abandoned"]


@dataclass(frozen=True, kw_only=True)
class RegistrationStanding:
    """How a case stands after a command."""

    case_id: UUID
    stage: Stage
    number: str | None
    revision: int

    @classmethod
    def of(cls, case: RegistrationCase) -> "RegistrationStanding":
        """How it stands."""
        return cls(case_id=case.id, stage=case.stage, number=case.number, revision=case.revision)


class ChangeRegistrationHandler:
    """In the member's own scope: another's case is as good as none."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: TickItem | UntickItem | MoveRegistration, cause: Cause) -> RegistrationStanding:
        """Changes it."""
        async with self._begin(cause) as work:
            case, participant_id = await member_case(work, cause, command.case_id)
            user_id = cause.subject.user_id
            match command:
                case TickItem():
                    case.tick(
                        Tick(
                            item_id=command.item_id,
                            reference=command.reference,
                            dated=command.dated,
                            by=user_id,
                            participant_id=participant_id,
                            at=work.now,
                        )
                    )
                case UntickItem():
                    case.untick(command.item_id)
                case MoveRegistration():
                    case.move(command.stage, by=user_id, at=work.now)
            await keep_case(work, case)
            return work.answer(RegistrationStanding.of(case))


async def member_case(work: Work, cause: Cause, case_id: UUID) -> tuple[RegistrationCase, str]:
    """The case with the member's participant, as the client last read it.

    Raises:
        RegistrationCaseNotFound: there is none, or this participant is no member.
        ListingChangedMeanwhile: the client names an older revision.
    """
    participant_id = cause.subject.participant_id
    if participant_id is None:
        raise RegistrationCaseNotFound(case_id=case_id)
    case = await work.registration_cases.get(case_id)
    case.side_of(participant_id)
    if cause.expected_version is not None and cause.expected_version != case.revision:
        raise ListingChangedMeanwhile(revision=case.revision)
    return case, participant_id
