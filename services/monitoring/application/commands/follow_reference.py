"""What a complete snapshot sets off: every firm's valuation takes its next step, in transactions of its own."""

from typing import Final

from monitoring.application.book_ports import BookWork

VALUE_BOOK: Final = "monitoring.value_book"


async def follow_reference(work: BookWork) -> None:
    """Schedules the work, in the transaction that completes the snapshot; it does none of it."""
    for firm_id in await work.books.firms():
        work.schedule(kind=VALUE_BOOK, key=firm_id, due_at=work.now)
