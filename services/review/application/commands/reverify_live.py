"""Every live pledgors' listing is checked on a completed end of day, a bounded number in each transaction (P11.3)."""

from dataclasses import dataclass
from datetime import date

from chassis.cause import Cause
from review.application.checking import check_live
from review.application.gathering import basis_for_daily_check
from review.application.ports import Begin
from review.domain.board_rules import BoardRules

BATCH = 200
REVERIFY = "review.reverify"


@dataclass(frozen=True, kw_only=True)
class ReverifyLive:
    """One end of day, in one revision."""

    snapshot_date: date
    revision: int

    @property
    def key(self) -> str:
        """Its name as clocked work."""
        return f"{self.snapshot_date.isoformat()}/{self.revision}"

    @classmethod
    def of_key(cls, key: str) -> "ReverifyLive":
        """Reads the name back."""
        day, revision = key.split("/")
        return cls(snapshot_date=date.fromisoformat(day), revision=int(revision))


class ReverifyLiveHandler:
    """Goes on until no live listing is behind; a run whose revision was superseded leaves the rest to the newer one."""

    def __init__(self, *, begin: Begin, rules: BoardRules) -> None:
        self._begin = begin
        self._rules = rules

    async def __call__(self, command: ReverifyLive, cause: Cause) -> int:
        """Checks a batch and asks for the next; returns how many it checked."""
        async with self._begin(cause) as work:
            basis = await basis_for_daily_check(work.evidence, day=work.today, snapshot_date=command.snapshot_date)
            if basis is None or basis.refs["holding"].revision != command.revision:
                work.note(run=command.key, superseded=True)
                return 0
            listings = await work.live.behind(command.snapshot_date, command.revision, limit=BATCH)
            await check_live(work, self._rules, basis, listings)
            if len(listings) == BATCH:
                work.schedule(kind=REVERIFY, key=command.key, due_at=work.now)
            work.note(run=command.key, checked=len(listings))
            return len(listings)
