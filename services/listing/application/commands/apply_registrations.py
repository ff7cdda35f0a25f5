"""A day's registrations are complete: each that concerns a live listing or a case is applied (P12.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Begin
from listing.application.registering import apply_registration

APPLYING = "listing.apply_registrations"
BATCH = 50


@dataclass(frozen=True, kw_only=True)
class ApplyRegistrations:
    """One snapshot, after a number."""

    snapshot_id: UUID
    after: str = ""

    @property
    def key(self) -> str:
        """Its name as clocked work."""
        return f"{self.snapshot_id}/{self.after}"

    @classmethod
    def of_key(cls, key: str) -> "ApplyRegistrations":
        """Reads the name back."""
        snapshot_id, _, after = key.partition("/")
        return cls(snapshot_id=UUID(snapshot_id), after=after)


class ApplyRegistrationsHandler:
    """A bounded number in each transaction; applied again, a registration changes nothing."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ApplyRegistrations, cause: Cause) -> int:
        """Applies a batch and asks for the next; returns how many it looked at."""
        async with self._begin(cause) as work:
            numbers = await work.registrations.numbers(command.snapshot_id, after=command.after, limit=BATCH)
            for number in numbers:
                await apply_registration(work, await work.registrations.of_snapshot(command.snapshot_id, number))
            if len(numbers) == BATCH:
                rest = ApplyRegistrations(snapshot_id=command.snapshot_id, after=numbers[-1])
                work.schedule(kind=APPLYING, key=rest.key, due_at=work.now)
            work.note(snapshot_id=str(command.snapshot_id), looked_at=len(numbers))
            return len(numbers)
