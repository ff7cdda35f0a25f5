from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from chassis.cause import SYSTEM, Cause
from chassis.kernel import new_id
from chassis.snapshots import SnapshotDone
from listing.application.commands.forget_snapshots import DAYS_KEPT, FORGETTING
from listing.domain.unit_holds import Holding
from listing.persistence import tables
from listing.persistence.reference import projections
from listing.tests.builders import MONDAY, NOON
from listing.tests.harness import ZHANG, Story, a_key
from listing.tests.integration.conftest import RealBoard
from listing.wiring import begin_on

pytestmark = pytest.mark.integration


async def a_week_of_holdings(board: RealBoard) -> None:
    for number in range(DAYS_KEPT + 2):
        holding = Holding(key=a_key(board.ref(ZHANG)), held=Decimal(number + 1))
        await board.load_holdings(MONDAY - timedelta(days=number), [holding])


async def days(board: RealBoard) -> tuple[int, int]:
    async with board.database.engine.connect() as connection:
        rows = await connection.execute(select(func.count()).select_from(tables.holding))
        snapshots = await connection.execute(select(func.count()).select_from(tables.snapshots.snapshot))
        return rows.scalar_one(), snapshots.scalar_one()


async def test_old_days_leave_and_the_newest_stay(board: RealBoard) -> None:
    await a_week_of_holdings(board)
    story = Story(board=board)
    await story.sign_in(ZHANG)

    async with begin_on(board.database)(Cause(subject=SYSTEM, operation="test")) as work:
        work.schedule(kind=FORGETTING, key="holding", due_at=NOON)
    await board.run_due()

    assert await days(board) == (DAYS_KEPT, DAYS_KEPT)
    answer = await board.call(ZHANG).get("/api/v1/my/pledgeable-holdings")
    assert answer.json()["snapshot_date"] == MONDAY.isoformat()


async def test_they_leave_a_little_at_a_time(board: RealBoard) -> None:
    await a_week_of_holdings(board)
    more = []
    for _ in range(3):
        async with begin_on(board.database)(Cause(subject=SYSTEM, operation="test")) as work:
            more.append(await work.snapshots.forget("holding", days_kept=DAYS_KEPT, rows_max=1))

    assert more == [True, True, False]
    assert await days(board) == (DAYS_KEPT, DAYS_KEPT)


async def test_a_completed_day_sends_the_old_ones_away(board: RealBoard) -> None:
    (projection,) = [one for one in projections() if one.kind == "holding"]
    assert projection.on_complete is not None
    done = SnapshotDone(kind="holding", snapshot_id=new_id(), business_date=MONDAY, revision=1)

    async with begin_on(board.database)(Cause(subject=SYSTEM, operation="test")) as work:
        await projection.on_complete(work, done)

    due = tables.metadata.tables["due_work"]
    async with board.database.engine.connect() as connection:
        assert [(one.kind, one.key) for one in await connection.execute(select(due))] == [(FORGETTING, "holding")]
