"""A load that makes no progress has lost its process: people see it as interrupted (BX7)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.commands.register_load import LOAD_STALLED
from review.application.ports import Begin
from review.domain.reference_load import STALLED_AFTER


@dataclass(frozen=True, kw_only=True)
class NoteStalledLoad:
    """The load to look at."""

    load_id: UUID


class NoteStalledLoadHandler:
    """Marks it, or looks again later."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteStalledLoad, cause: Cause) -> None:
        """Looks."""
        async with self._begin(cause) as work:
            load = await work.loads.get(command.load_id)
            load.stall(now=work.now)
            if load.state == "saying":
                work.schedule(kind=LOAD_STALLED, key=str(load.load_id), due_at=work.now + STALLED_AFTER)
                return
            await work.loads.save(load)
            work.note(load_id=str(load.load_id), state=load.state)
