"""The end of a day is not complete at 07:00 of the next: an alert; the day stays unverified meanwhile (P11.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from chassis.cause import Cause
from review.application.commands.note_snapshot import LATE
from review.application.ports import Begin
from review.domain.publication_day import late_at, next_trading_day


@dataclass(frozen=True, kw_only=True)
class NoteLateSnapshot:
    """The day whose holdings were expected."""

    day: date


class NoteLateSnapshotHandler:
    """Marks the day, raises the alert, and watches the next day."""

    def __init__(self, *, begin: Begin, alert: Callable[[date], None]) -> None:
        self._begin = begin
        self._alert = alert

    async def __call__(self, command: NoteLateSnapshot, cause: Cause) -> None:
        """Looks once more, then marks."""
        async with self._begin(cause) as work:
            late = await work.evidence.snapshot("holding", command.day) is None
            if late:
                await work.days.mark_not_verified(command.day, now=work.now)
            work.note(day=command.day.isoformat(), late=late)
            calendar_ref = await work.evidence.snapshot_until("calendar", work.today)
            calendar = await work.evidence.calendar(calendar_ref) if calendar_ref else None
            following = next_trading_day(calendar, command.day)
            if following is not None:
                work.schedule(kind=LATE, key=following.isoformat(), due_at=late_at(following))
        if late:
            self._alert(command.day)
