"""Clocked work of the monitor."""

from collections.abc import Awaitable, Callable

from chassis.cause import Cause, Due
from chassis.schedule import Schedule
from monitoring.application.commands.release_pending import RELEASE_PENDING, ReleasePending, ReleasePendingHandler


def intake_schedules(
    release_pending: ReleasePendingHandler, *, book_changed: Callable[[str], Awaitable[None]]
) -> list[Schedule]:
    """Work of the intake: records that waited for reference data."""

    async def release(due: Due, cause: Cause) -> None:
        if await release_pending(ReleasePending(firm_id=due.key), cause):
            await book_changed(due.key)

    return [Schedule(kind=RELEASE_PENDING, run=release)]
