"""Bringing one firm's valuation up to date, one step and one transaction at a time."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.cause import Cause
from chassis.kernel import SHANGHAI
from monitoring.application.book_ports import BeginBook, BookWork, FirmBook
from monitoring.application.commands.close_day import CLOSE_DAY, END_OF_DAY, Differed, day_key
from monitoring.application.revaluation import CHANGES_MAX, catch_up, enter_day, keep_day


@dataclass(frozen=True, kw_only=True)
class ValueBook:
    """Take the next step of a firm's valuation."""

    firm_id: str


class ValueBookHandler:
    """Catches up with changes and new snapshots of the day, or closes the day and enters the next; days in order.

    `differed` hears where a day's end was not what a full recomputation makes of it.
    """

    def __init__(self, *, begin: BeginBook, differed: Differed) -> None:
        self._begin = begin
        self._differed = differed

    async def __call__(self, command: ValueBook, cause: Cause) -> bool:
        """Takes one step; says whether another one is due."""
        async with self._begin(cause) as work:
            await work.scope(firm_id=command.firm_id)
            book = await work.books.lock(command.firm_id)
            following = await self._following(work, book)
            if following is not None:
                await work.books.save(await self._move_on(work, book, following), at=work.now)
                return True
            return await self._stay(work, book)

    async def _following(self, work: BookWork, book: FirmBook) -> date | None:
        """The next business date with prices: the first one is the first since the firm has a book at all."""
        not_before = book.day or await work.accepted.first_day(book.firm_id)
        if not_before is None:
            return None
        return await work.references.next_day(after=book.day, not_before=not_before)

    async def _stay(self, work: BookWork, book: FirmBook) -> bool:
        if book.reference is None:
            return False
        reference = await work.references.on(book.reference.day)
        assert reference is not None  # noqa: S101  # a day that was entered has prices
        if reference != book.reference or await work.accepted.has_changes(book.firm_id):
            await work.books.save(await catch_up(work, book, reference, most=CHANGES_MAX), at=work.now)
        return await work.accepted.has_changes(book.firm_id)

    async def _move_on(self, work: BookWork, book: FirmBook, following: date) -> FirmBook:
        if book.reference is not None and not book.is_closed:
            reference = await work.references.on(book.reference.day) or book.reference
            closed, found = await keep_day(work, await catch_up(work, book, reference, most=None))
            self._differed(book.firm_id, book.reference.day, found)
            return closed
        reference_of_next = await work.references.on(following)
        assert reference_of_next is not None  # noqa: S101  # the day was found by its prices
        entered = await enter_day(work, book, reference_of_next)
        if await work.references.next_day(after=following, not_before=following) is None:
            due_at = datetime.combine(following, END_OF_DAY, SHANGHAI)
            work.schedule(kind=CLOSE_DAY, key=day_key(book.firm_id, following), due_at=due_at)
        return entered
