"""Old days of reference data decide nothing here: review keeps them for reproduction, the board lets them go."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Begin

FORGETTING = "listing.forget_snapshots"
DAYS_KEPT = 5
ROWS_MAX = 20_000


@dataclass(frozen=True, kw_only=True)
class ForgetSnapshots:
    """Of which kind."""

    kind: str


class ForgetSnapshotsHandler:
    """A little at a time, so that no transaction is long: ten million positions leave every day."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ForgetSnapshots, cause: Cause) -> None:
        """Removes a part, and comes back at once for the rest."""
        async with self._begin(cause) as work:
            more = await work.snapshots.forget(command.kind, days_kept=DAYS_KEPT, rows_max=ROWS_MAX)
            if more:
                work.schedule(kind=FORGETTING, key=command.kind, due_at=work.now)
