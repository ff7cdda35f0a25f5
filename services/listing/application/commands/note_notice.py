"""Review demands a correction of a listing, or does so no more (P4.1)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from chassis.cause import Cause
from listing.application.ports import Begin
from listing.domain.restriction import Demand


@dataclass(frozen=True, kw_only=True)
class NoteNotice:
    """How the notice stands; `demand` where it was issued just now."""

    notice_id: UUID
    state: Literal["issued", "overdue", "closed"]
    demand: Demand | None = None


class NoteNoticeHandler:
    """Its owner sees it at the listing; a suspended owner may correct exactly this."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteNotice, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            if command.demand is not None:
                await work.demands.put(command.demand)
            elif command.state == "overdue":
                await work.demands.mark_overdue(command.notice_id)
            else:
                await work.demands.remove(command.notice_id)
