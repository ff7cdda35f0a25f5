"""What only a real database can show: races, locks, replays, and whose rows are seen."""

import asyncio
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from chassis.cause import SYSTEM, Cause
from chassis.unit_of_work import VersionConflict
from listing.domain.states import State
from listing.persistence import tables
from listing.tests.builders import NOON
from listing.tests.harness import LI, ZHANG, Story
from listing.tests.integration.conftest import RealBoard
from listing.wiring import begin_on

pytestmark = pytest.mark.integration


class TestRaces:
    @pytest.mark.parametrize("targets", [("negotiating", "pledged"), ("pledged", "pledged"), ("expired", "pledged")])
    async def test_p12_4_of_two_overlapping_moves_exactly_one_wins(
        self, story: Story, board: RealBoard, targets: tuple[State, State]
    ) -> None:
        listing_id = UUID(await story.published())
        begin = begin_on(board.database)
        both_read = asyncio.Barrier(2)
        first_saved = asyncio.Event()

        async def move(target: State, *, waits: bool) -> None:
            async with begin(Cause(subject=ZHANG, operation="move")) as work:
                listing = await work.listings.get(listing_id)
                assert listing is not None
                await both_read.wait()
                listing.move(target, at=NOON)
                if waits:
                    await first_saved.wait()
                await work.listings.save(listing)
                first_saved.set()

        done = await asyncio.gather(move(targets[0], waits=False), move(targets[1], waits=True), return_exceptions=True)

        assert [type(one) for one in done] == [type(None), VersionConflict]
        assert (await story.read(str(listing_id)))["state"] == targets[0]

    async def test_p12_4_racing_requests_leave_one_winner(self, story: Story) -> None:
        listing_id = await story.published()
        read = {"If-Match": f'"{(await story.read(listing_id))["revision"]}"'}
        targets = ("negotiating", "pledged", "expired", "negotiating")

        answers = await asyncio.gather(*(story.move(listing_id, target, headers=read) for target in targets))

        codes = sorted(one.status_code for one in answers)
        assert codes[0] == 200
        assert set(codes[1:]) <= {409, 412}
        moves = [one for one in await story.types_said() if one in {"listing.status_changed", "listing.expired"}]
        assert len(moves) == 1

    async def test_p10_2_racing_submissions_never_hold_the_same_units_twice(
        self, story: Story, board: RealBoard
    ) -> None:
        drafts = [await story.draft(body=story.pledgor(quantity="300000")) for _ in range(5)]

        answers = await asyncio.gather(*(story.submit(one) for one in drafts))

        assert sorted(one.status_code for one in answers) == [202, 202, 202, 409, 409]
        assert await held(board) == (Decimal(900_000), Decimal(900_000))

    async def test_p10_2_the_sum_of_a_lock_is_what_its_listings_hold(self, story: Story, board: RealBoard) -> None:
        first = str((await story.submitted(body=story.pledgor(quantity="300000")))["id"])
        second = str((await story.submitted(body=story.pledgor(quantity="600000")))["id"])
        await asyncio.gather(
            story.board.call(ZHANG).delete(f"/api/v1/listings/{first}/submission"),
            story.send_back(second),
        )

        assert await held(board) == (Decimal(0), Decimal(0))

    async def test_p6_1_a_first_sign_in_that_comes_five_times_at_once_is_one(self, board: RealBoard) -> None:
        story = Story(board=board)

        answers = await asyncio.gather(*(story.sign_in(ZHANG) for _ in range(5)))

        assert [one.status_code for one in answers] == [200] * 5
        assert sorted(await story.types_said()) == [
            "participant.registered",
            "participant.standing_changed",
            "participant.user_joined",
        ]

    async def test_p11_1_an_approval_waits_for_an_edit_in_flight_and_is_not_lost(
        self, story: Story, board: RealBoard
    ) -> None:
        """A neighbour's word that met a race must not be passed over as a refusal."""
        listing_id = (await story.submitted())["id"]
        begin = begin_on(board.database)
        async with begin(Cause(subject=SYSTEM, operation="progress")) as work:
            listing = await work.listings.take(UUID(listing_id))
            assert listing is not None
            approving = asyncio.create_task(story.approve(listing_id))
            await asyncio.sleep(0.1)
            assert not approving.done()
            listing.wait_for_person(1, ())
            await work.listings.save(listing)
        await approving

        assert (await story.read(listing_id))["publication"] == "published"


class TestIdempotency:
    async def test_the_same_key_gets_the_same_answer_and_makes_one_listing(self, story: Story) -> None:
        key = {"Idempotency-Key": "the-same"}
        body = story.pledgor()

        first = await story.board.call(ZHANG).post("/api/v1/listings", json=body, headers=key)
        again = await story.board.call(ZHANG).post("/api/v1/listings", json=body, headers=key)
        other = await story.board.call(ZHANG).post("/api/v1/listings", json=story.pledgor(months=3), headers=key)
        drafts = (await story.board.call(ZHANG).get("/api/v1/my/listings?box=drafts")).json()

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert first.json() == again.json()
        assert len(drafts["items"]) == 1


class TestWhoseRows:
    async def test_a_transaction_of_one_participant_sees_none_of_anothers(self, story: Story, board: RealBoard) -> None:
        await story.published()

        async with begin_on(board.database)(Cause(subject=LI, operation="look")) as work:
            for table in (tables.listing, tables.listing_version, tables.unit_hold, tables.participant_user):
                mine = table.c.participant_id == "P2"
                assert (await work.connection.execute(select(func.count()).where(~mine))).scalar_one() == 0
            assert (await work.connection.execute(select(tables.participant.c.id))).scalars().all() == ["P2"]

    async def test_a_connection_without_a_scope_sees_nothing(self, story: Story, board: RealBoard) -> None:
        await story.published()

        async with board.database.engine.connect() as connection:
            assert (await connection.execute(select(func.count()).select_from(tables.listing))).scalar_one() == 0

    async def test_another_ones_row_cannot_be_written(self, story: Story, board: RealBoard) -> None:
        await story.published()
        row = {"participant_id": "P1", "user_id": "intruder", "function": "person", "joined_at": NOON}

        with pytest.raises(DBAPIError, match="row-level security"):
            async with begin_on(board.database)(Cause(subject=LI, operation="intrude")) as work:
                await work.connection.execute(insert(tables.participant_user).values(row))

    async def test_another_service_cannot_look_in(self, story: Story, board: RealBoard) -> None:
        await story.published()
        async with board.administrator.connect() as connection:
            allowed = await connection.execute(
                text(
                    "select has_schema_privilege(one, 'listing', 'usage') "
                    "from unnest(array['review', 'monitoring', 'messaging']) one"
                )
            )
            assert set(allowed.scalars()) == {False}


class TestTrail:
    async def test_p10_0_reading_holdings_leaves_a_trace_with_the_read(self, story: Story, board: RealBoard) -> None:
        await story.board.call(ZHANG).get("/api/v1/my/pledgeable-holdings")

        audit = tables.metadata.tables["audit"]
        async with board.administrator.connect() as connection:
            await connection.execute(text("set search_path = listing"))
            rows = (await connection.execute(select(audit).where(audit.c.operation == "holding.read"))).all()
        assert [(one.actor, one.participant_id) for one in rows] == [("zhang", "P1")]


async def held(board: RealBoard) -> tuple[Decimal, Decimal]:
    """What the locks say, and what the listings hold."""
    async with board.administrator.connect() as connection:
        await connection.execute(text("set search_path = listing"))
        sums = (
            await connection.execute(
                text(
                    "select (select coalesce(sum(held_by_listings), 0) from unit_lock), "
                    "(select coalesce(sum(quantity), 0) from unit_hold)"
                )
            )
        ).one()
    return sums[0], sums[1]
