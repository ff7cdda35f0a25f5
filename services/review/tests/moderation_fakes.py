"""Moderation in memory, with the same rules as the real one."""

from collections.abc import Sequence
from copy import deepcopy
from uuid import UUID

from chassis.unit_of_work import VersionConflict
from review.application.moderation_ports import ModerationSearch
from review.domain.moderation import ModerationCase, ModerationNotFound


class FakeModerations:
    def __init__(self, cases: dict[UUID, ModerationCase]) -> None:
        self._cases = cases

    async def add(self, case: ModerationCase) -> None:
        case.row_version = 1
        self._cases[case.case_id] = _kept(case)

    async def get(self, case_id: UUID) -> ModerationCase:
        if case_id not in self._cases:
            raise ModerationNotFound
        return deepcopy(self._cases[case_id])

    async def save(self, case: ModerationCase) -> None:
        if self._cases[case.case_id].row_version != case.row_version:
            raise VersionConflict
        case.row_version += 1
        self._cases[case.case_id] = _kept(case)


def found_moderations(cases: dict[UUID, ModerationCase], search: ModerationSearch) -> Sequence[ModerationCase]:
    """The oldest first."""
    found = [one for one in cases.values() if (one.closed_at is None) == search.open]
    found = [one for one in found if search.after is None or (one.opened_at, one.case_id) > search.after]
    return sorted(found, key=lambda one: (one.opened_at, one.case_id))[: search.limit]


def _kept(case: ModerationCase) -> ModerationCase:
    kept = deepcopy(case)
    kept.facts.clear()
    return kept
