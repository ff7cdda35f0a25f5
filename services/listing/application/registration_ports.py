"""What the use cases of registration need of the world."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from listing.domain.registration import Question, Registration
from listing.domain.registration_case import RegistrationCase
from listing.domain.unit_holds import UnitKey


class Registrations(Protocol):
    """The depository's registrations, as far as complete snapshots say."""

    async def numbers(self, snapshot_id: UUID, *, after: str, limit: int) -> Sequence[str]:
        """Numbers of a snapshot, in order, that concern a live listing's units or a case."""

    async def of_snapshot(self, snapshot_id: UUID, number: str) -> Registration:
        """One registration as a snapshot says it."""

    async def newest(self, number: str) -> Registration | None:
        """One registration as the newest complete snapshot that names it says it."""

    async def candidates(self, keys: Collection[UnitKey]) -> Sequence[UUID]:
        """Live listings that hold any of these units, in one order."""

    async def is_settled(self, number: str) -> bool:
        """Whether a listing was moved by it already."""

    async def settle(self, number: str, *, listing_id: UUID, participant_id: str) -> None:
        """A listing was moved by it: it means no other."""


class Questions(Protocol):
    """What owners are asked about registrations."""

    async def of(self, listing_id: UUID) -> Sequence[Question]:
        """A listing's, the oldest first."""

    async def ask(self, question: Question) -> bool:
        """Keeps a new one; says whether it was not asked before."""

    async def save(self, question: Question) -> None:
        """Keeps its answer."""


class RegistrationCases(Protocol):
    """Registration cases; a save is guarded by the revision that was read."""

    async def add(self, case: RegistrationCase) -> bool:
        """Keeps a new case; says whether its terms had none yet."""

    async def get(self, case_id: UUID) -> RegistrationCase:
        """One in scope; raises `RegistrationCaseNotFound`."""

    async def by_number(self, number: str) -> RegistrationCase | None:
        """The one case that carries a number."""

    async def save(self, case: RegistrationCase) -> None:
        """Keeps what changed; raises `RegistrationNumberTaken`, or a version conflict when somebody was faster."""


class RegistrationReading(Protocol):
    """Registration in one consistent read."""

    async def questions(self, listing_id: UUID) -> Sequence[Question]:
        """What the owner of a listing in scope is asked."""

    async def registration_case(self, case_id: UUID) -> RegistrationCase:
        """One in scope; raises `RegistrationCaseNotFound`."""

    async def registration_cases(
        self, participant_id: str, *, after: UUID | None, limit: int
    ) -> Sequence[RegistrationCase]:
        """A participant's, the newest first."""
