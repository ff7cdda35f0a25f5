"""The monitor's clocked work of valuation: the end of each day, and the steps a new snapshot sets off."""

from collections.abc import Awaitable, Callable

from chassis.cause import Cause, Due
from chassis.schedule import Schedule
from monitoring.application.analytics import Analytics
from monitoring.application.commands.close_day import CLOSE_DAY, CloseDay
from monitoring.application.commands.follow_reference import VALUE_BOOK


def valuation_schedules(analytics: Analytics, *, wake: Callable[[str], Awaitable[None]]) -> list[Schedule]:
    """`wake` tells the follower of books that a firm has steps to take."""

    async def close_day(due: Due, cause: Cause) -> None:
        command = CloseDay.from_key(due.key)
        await analytics.close_day(command, cause)

    async def value_book(due: Due, cause: Cause) -> None:  # noqa: ARG001  # the follower's transactions are its own
        await wake(due.key)

    return [Schedule(kind=CLOSE_DAY, run=close_day), Schedule(kind=VALUE_BOOK, run=value_book)]
