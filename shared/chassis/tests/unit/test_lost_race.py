"""A record or due row that met a race is attempted again: what it says is not refused, and never lost."""

from typing import cast

import pytest

from chassis.cause import Cause, Due
from chassis.database import Database
from chassis.failures import Failure, classify
from chassis.kernel import Refusal, new_id
from chassis.lost_race import VersionConflict
from chassis.positions import Source
from chassis.record import Record
from chassis.schedule import Schedule, Scheduler
from chassis.settling import Settler, Waiting
from chassis.subscriptions import Subscriptions
from testkit.fakes import MONDAY


class NotToday(Refusal):
    """A business no."""

    slug = "not-today"
    title_zh = "今天不行"
    title_en = "Not today"


async def an_attempt(_source: Source, _record: Record, _start: int) -> str:
    return "applied"


async def no_pause(_seconds: float) -> None:
    pass


def a_settler() -> Settler:
    return Settler(Subscriptions(service="listing", topic="review.case.v1"), cast("Database", None))


class KeptScheduler(Scheduler):
    """Writes nothing; keeps what would have been written."""

    def __init__(self, *schedules: Schedule) -> None:
        super().__init__("listing", schedules, cast("Database", None))
        self.kept: list[str] = []

    async def _postpone(self, due: Due, attempts: int, *, forgiven: bool) -> None:
        self.kept.append(f"postponed {due.key}, attempt {attempts}, forgiven: {forgiven}")

    async def _done(self, due: Due, *, refusal: Refusal | None = None, cause: Cause | None = None) -> None:
        self.kept.append(f"done {due.key}: {refusal}, known: {cause is not None}")

    async def _pause(self, seconds: float) -> None:
        pass


async def test_a_record_that_lost_a_race_is_attempted_again() -> None:
    waiting = Waiting(blocked=lambda _: None, pause=no_pause)

    step = await a_settler()._judge(VersionConflict(), an_attempt, 1, waiting)

    assert step is an_attempt


async def test_a_business_no_is_settled() -> None:
    waiting = Waiting(blocked=lambda _: None, pause=no_pause)

    assert await a_settler()._judge(NotToday(), an_attempt, 1, waiting) is not an_attempt


@pytest.mark.parametrize(
    ("error", "as_what", "left"),
    [
        (VersionConflict(), "waits", "postponed one, attempt 1, forgiven: True"),
        (NotToday(), "refused", "done one: not-today, known: True"),
    ],
)
async def test_clocked_work_that_lost_a_race_waits_for_the_next_look(error: Refusal, as_what: str, left: str) -> None:
    async def lose(_due: Due, _cause: Cause) -> None:
        raise error

    scheduler = KeptScheduler(Schedule(kind="listing.expire", run=lose))
    due = Due(id=new_id(), kind="listing.expire", key="one", due_at=MONDAY)

    assert await scheduler._settle(due, 1) == as_what
    assert scheduler.kept == [left]


def test_a_lost_race_is_no_refusal_to_a_machine() -> None:
    assert classify(VersionConflict()) is Failure.TRANSIENT
    assert classify(NotToday()) is Failure.REFUSAL
