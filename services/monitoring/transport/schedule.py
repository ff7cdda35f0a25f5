"""Clocked work of the monitor."""

from collections.abc import Awaitable, Callable

from chassis.cause import Cause, Due
from chassis.schedule import Schedule
from monitoring.application.commands.decide_firm_proposal import OPEN_FIRM
from monitoring.application.commands.open_firm import OpenFirm, OpenFirmHandler
from monitoring.application.commands.release_pending import RELEASE_PENDING, ReleasePending, ReleasePendingHandler


def intake_schedules(
    release_pending: ReleasePendingHandler, *, book_changed: Callable[[str], Awaitable[None]]
) -> list[Schedule]:
    """Work of the intake: records that waited for reference data."""

    async def release(due: Due, cause: Cause) -> None:
        if await release_pending(ReleasePending(firm_id=due.key), cause):
            await book_changed(due.key)

    return [Schedule(kind=RELEASE_PENDING, run=release)]


def onboarding_schedules(open_firm: OpenFirmHandler) -> list[Schedule]:
    """Work of onboarding: firms whose approval's process ended before their topics were made."""

    async def open_(due: Due, cause: Cause) -> None:
        await open_firm(OpenFirm(firm_id=due.key), cause)

    return [Schedule(kind=OPEN_FIRM, run=open_)]
