"""The end of a business date: what was accepted by then is kept and never changes (I2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from chassis.cause import Cause
from monitoring.application.book_ports import BeginBook
from monitoring.application.revaluation import catch_up, keep_day

CLOSE_DAY: Final = "monitoring.close_day"
END_OF_DAY: Final = time(22)
Differed = Callable[[str, date, Sequence[str]], None]


def day_key(firm_id: str, day: date) -> str:
    """The key of the clocked work of one firm's day."""
    return f"{day.isoformat()}/{firm_id}"


@dataclass(frozen=True, kw_only=True)
class CloseDay:
    """Keep the end of one firm's day."""

    firm_id: str
    day: date

    @classmethod
    def from_key(cls, key: str) -> "CloseDay":
        """Reads the key of clocked work back."""
        day, firm_id = key.split("/", 1)
        return cls(firm_id=firm_id, day=date.fromisoformat(day))


class CloseDayHandler:
    """Catches up with what was accepted, keeps the day, proves it. A day that is past or kept already is left alone."""

    def __init__(self, *, begin: BeginBook, differed: Differed) -> None:
        self._begin = begin
        self._differed = differed

    async def __call__(self, command: CloseDay, cause: Cause) -> int:
        """Keeps the day; says how many differences the proof found."""
        async with self._begin(cause) as work:
            await work.scope(firm_id=command.firm_id)
            book = await work.books.lock(command.firm_id)
            if book.reference is None or book.day != command.day or book.is_closed:
                return 0
            reference = await work.references.on(command.day) or book.reference
            closed, found = await keep_day(work, await catch_up(work, book, reference, most=None))
            await work.books.save(closed, at=work.now)
            self._differed(command.firm_id, command.day, found)
            return len(found)
