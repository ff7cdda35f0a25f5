"""Registration cases: to their members whole, to the operator's supervisors and auditors without who and what (P17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Read
from listing.application.reading import is_participant
from listing.domain.checklist import ChecklistItem, Variant, checklist
from listing.domain.registration_case import RegistrationCase, RegistrationCaseNotFound


@dataclass(frozen=True, kw_only=True)
class ReadRegistration:
    """Which case."""

    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ListRegistrations:
    """One's own, after which case."""

    after: UUID | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class AskChecklist:
    """Of which variant."""

    variant: Variant


@dataclass(frozen=True, kw_only=True)
class RegistrationFile:
    """A case with the checklist of the day; `member` says whether the reader stands on one of its sides."""

    case: RegistrationCase
    items: Sequence[ChecklistItem]
    member: bool
    today: date


@dataclass(frozen=True, kw_only=True)
class RegistrationsPage:
    """Cases, the newest first; `more` says whether others follow."""

    cases: Sequence[RegistrationCase]
    more: bool
    as_of: datetime


class ReadRegistrationHandler:
    """A participant reads through its own door; another's case is as good as none."""

    def __init__(self, *, read_own: Read, read_board: Read) -> None:
        self._read_own = read_own
        self._read_board = read_board

    async def __call__(self, question: ReadRegistration, cause: Cause) -> RegistrationFile:
        """The file."""
        member = is_participant(cause)
        async with (self._read_own if member else self._read_board)(cause) as reading:
            case = await reading.registration_case(question.case_id)
            if member:
                case.side_of(cause.subject.participant_id or "")
            return RegistrationFile(
                case=case, items=checklist(case.variant, on=reading.today), member=member, today=reading.today
            )


class ListRegistrationsHandler:
    """A participant's own."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: ListRegistrations, cause: Cause) -> RegistrationsPage:
        """The page."""
        participant_id = cause.subject.participant_id
        if participant_id is None:
            raise RegistrationCaseNotFound
        async with self._read_own(cause) as reading:
            found = await reading.registration_cases(participant_id, after=question.after, limit=question.limit + 1)
            return RegistrationsPage(cases=found[: question.limit], more=len(found) > question.limit, as_of=reading.now)


class AskChecklistHandler:
    """The items in force today; those of unlisted equity only inform (P17.3)."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: AskChecklist, cause: Cause) -> Sequence[ChecklistItem]:
        """The items."""
        async with self._read_own(cause) as reading:
            return checklist(question.variant, on=reading.today)
