"""Registration in memory, with the same rules as the real one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from uuid import UUID

from chassis.unit_of_work import VersionConflict
from listing.domain.registration import Question, Registration
from listing.domain.registration_case import RegistrationCase, RegistrationCaseNotFound, RegistrationNumberTaken
from listing.domain.unit_holds import UnitKey

Commits = list[Callable[[], None]]


@dataclass
class RegistrationStore:
    """Everything committed; snapshots in the order they became complete."""

    snapshots: dict[UUID, dict[str, Registration]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    questions: dict[tuple[UUID, str], Question] = field(default_factory=dict)
    cases: dict[UUID, RegistrationCase] = field(default_factory=dict)


class FakeRegistrations:
    def __init__(
        self, store: RegistrationStore, commits: Commits, holders: Callable[[], Mapping[UUID, Collection[UnitKey]]]
    ) -> None:
        self._store, self._commits, self._holders = store, commits, holders

    async def numbers(self, snapshot_id: UUID, *, after: str, limit: int) -> Sequence[str]:
        recorded = {one.number for one in self._store.cases.values()}
        found = [
            number
            for number, one in self._store.snapshots[snapshot_id].items()
            if number > after and (number in recorded or await self.candidates(one.quantities.keys()))
        ]
        return sorted(found)[:limit]

    async def of_snapshot(self, snapshot_id: UUID, number: str) -> Registration:
        return self._store.snapshots[snapshot_id][number]

    async def newest(self, number: str) -> Registration | None:
        return next((one[number] for one in reversed(self._store.snapshots.values()) if number in one), None)

    async def candidates(self, keys: Collection[UnitKey]) -> Sequence[UUID]:
        return sorted(one for one, held in self._holders().items() if set(held) & set(keys))

    async def is_settled(self, number: str) -> bool:
        return number in self._store.settled

    async def settle(self, number: str, *, listing_id: UUID, participant_id: str) -> None:  # kept by the real one
        self._commits.append(lambda: self._store.settled.add(number))


class FakeQuestions:
    def __init__(self, store: RegistrationStore, commits: Commits) -> None:
        self._store, self._commits = store, commits

    async def of(self, listing_id: UUID) -> Sequence[Question]:
        return [one for one in self._store.questions.values() if one.listing_id == listing_id]

    async def ask(self, question: Question) -> bool:
        if (question.listing_id, question.number) in self._store.questions:
            return False
        await self.save(question)
        return True

    async def save(self, question: Question) -> None:
        place = (question.listing_id, question.number)
        self._commits.append(lambda: self._store.questions.update({place: question}))


class FakeRegistrationCases:
    def __init__(self, store: RegistrationStore, commits: Commits, owner: str | None) -> None:
        self._store, self._commits, self._owner = store, commits, owner

    async def add(self, case: RegistrationCase) -> bool:
        terms = {one.agreement.term_sheet_id for one in self._store.cases.values()}
        if case.agreement.term_sheet_id in terms:
            return False
        case.revision = 1
        self._keep(case)
        return True

    async def get(self, case_id: UUID) -> RegistrationCase:
        return _case_in_scope(self._store, case_id, self._owner)

    async def by_number(self, number: str) -> RegistrationCase | None:
        found = (one for one in self._store.cases.values() if one.number == number and one.stage != "abandoned")
        return deepcopy(next(found, None))

    async def save(self, case: RegistrationCase) -> None:
        other = await self.by_number(case.number) if case.number else None
        if other is not None and other.id != case.id and case.stage != "abandoned":
            raise RegistrationNumberTaken(number=case.number)
        if self._store.cases[case.id].revision != case.revision:
            raise VersionConflict(case_id=case.id)
        case.revision += 1
        self._keep(case)

    def _keep(self, case: RegistrationCase) -> None:
        self._commits.append(lambda: self._store.cases.update({case.id: case}))


class FakeRegistrationReading:
    """Registration's part of a read."""

    participant_id: str | None

    @property
    def registration_store(self) -> RegistrationStore:
        raise NotImplementedError

    async def questions(self, listing_id: UUID) -> Sequence[Question]:
        return [one for one in self.registration_store.questions.values() if one.listing_id == listing_id]

    async def registration_case(self, case_id: UUID) -> RegistrationCase:
        return _case_in_scope(self.registration_store, case_id, self.participant_id)

    async def registration_cases(
        self, participant_id: str, *, after: UUID | None, limit: int
    ) -> Sequence[RegistrationCase]:
        own = [one for one in self.registration_store.cases.values() if participant_id in _members(one)]
        found = [one for one in own if after is None or one.id < after]
        return sorted(found, key=lambda one: one.id, reverse=True)[:limit]


def _case_in_scope(store: RegistrationStore, case_id: UUID, owner: str | None) -> RegistrationCase:
    found = store.cases.get(case_id)
    if found is None or (owner is not None and owner not in _members(found)):
        raise RegistrationCaseNotFound(case_id=case_id)
    return deepcopy(found)


def _members(case: RegistrationCase) -> set[str]:
    return {case.pledgor.participant_id, case.pledgee.participant_id}
