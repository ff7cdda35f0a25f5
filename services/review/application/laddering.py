"""What several steps of the ladder share: the calendar of the day, and handing facts to the transaction."""

from datetime import datetime

from finance.calendar import TradingCalendar
from review.application.ports import Work
from review.domain.ladder import Matter, Step, term_of
from review.domain.notice import Notice
from review.domain.publication_day import next_day_begins
from review.domain.sanction import Sanction
from review.domain.step import severest

NOTICE_DUE = "review.notice_due"
STEP_ENDS = "review.step_ends"


async def calendar_of(work: Work) -> TradingCalendar | None:
    """The trading calendar as it is known today; None when there is none, or its days have gaps."""
    snapshot = await work.evidence.snapshot_until("calendar", work.today)
    return await work.evidence.calendar(snapshot) if snapshot else None


async def end_of_term(work: Work, code: str) -> datetime | None:
    """When a dated term that begins now is over; None while the calendar does not reach that far."""
    return term_of(code, on=work.today).end(work.now, await calendar_of(work))


def watch(work: Work, notice: Notice) -> None:
    """The clock looks at a standing notice when it falls due; without a known deadline, when the next day begins."""
    if notice.state == "open":
        due_at = notice.deadline_at or next_day_begins(work.today)
        work.schedule(kind=NOTICE_DUE, key=str(notice.notice_id), due_at=due_at)
    else:
        work.unschedule(kind=NOTICE_DUE, key=str(notice.notice_id))


async def keep_notice(work: Work, notice: Notice, *, new: bool = False) -> None:
    """Saves a notice with its clock and its facts."""
    await (work.notices.add(notice) if new else work.notices.save(notice))
    watch(work, notice)
    work.record(*notice.facts)
    notice.facts.clear()


async def keep_sanction(work: Work, sanction: Sanction) -> None:
    """Saves a step with its clock and its facts."""
    await work.sanctions.save(sanction)
    if sanction.state == "in_force" and sanction.ends_on is not None:
        due_at = next_day_begins(sanction.ends_on)
        work.schedule(kind=STEP_ENDS, key=str(sanction.sanction_id), due_at=due_at)
    else:
        work.unschedule(kind=STEP_ENDS, key=str(sanction.sanction_id))
    work.record(*sanction.facts)
    sanction.facts.clear()


async def remaining_on(work: Work, matter: Matter, *, without: Sanction) -> Step | None:
    """The severest other step that binds the same subject; the subject's steps are locked, so no two ends race."""
    others = await work.sanctions.in_force_on(matter)
    return severest([one.step for one in others if one.sanction_id != without.sanction_id])
