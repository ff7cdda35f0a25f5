"""A snapshot is complete: what waits for it is looked at, what is live is checked on it (P11.3, P11.4)."""

from review.application.commands.decide_waiting import WAITING
from review.application.commands.reverify_live import REVERIFY, ReverifyLive
from review.application.ports import Work
from review.domain.publication_day import late_at, next_trading_day, required_day
from review.domain.verification_facts import SnapshotRef

LATE = "review.snapshot_late"
_WAITED_FOR = frozenset({"calendar", "security", "holding"})


async def note_snapshot(work: Work, done: SnapshotRef) -> None:
    """Runs in the transaction that completes the snapshot; so it schedules work and does none itself."""
    if done.kind in _WAITED_FOR:
        key = f"{done.kind}/{done.business_date.isoformat()}/{done.revision}"
        work.schedule(kind=WAITING, key=key, due_at=work.now)
    if done.kind == "holding":
        run = ReverifyLive(snapshot_date=done.business_date, revision=done.revision)
        work.schedule(kind=REVERIFY, key=run.key, due_at=work.now)
        work.unschedule(kind=LATE, key=done.business_date.isoformat())
        await work.days.mark_verified(done.business_date, revision=done.revision, now=work.now)
    if done.kind in ("calendar", "holding"):
        await _watch_next_day(work, done)


async def _watch_next_day(work: Work, done: SnapshotRef) -> None:
    """The next end of day is expected by 07:00 of the day after it. Days long past are loaded late without an alert."""
    calendar_ref = await work.evidence.snapshot_until("calendar", work.today)
    calendar = await work.evidence.calendar(calendar_ref) if calendar_ref else None
    required = required_day(calendar, work.today)
    if required is None:
        return
    expected = required
    if done.kind == "holding" and done.business_date >= required:
        expected = next_trading_day(calendar, done.business_date) or required
    if await work.evidence.snapshot("holding", expected) is None:
        work.schedule(kind=LATE, key=expected.isoformat(), due_at=late_at(expected))
