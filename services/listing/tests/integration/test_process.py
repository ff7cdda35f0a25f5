"""The board as a process: what it hears over Kafka, what it says there, and what the clock does while it is away."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.database import async_url
from chassis.kafka import make_producer
from chassis.kernel import new_id
from events.base import Event, encode
from events.envelope import Envelope
from events.reference.v1 import (
    HoldingRow,
    Kind,
    Row,
    SecurityRow,
    SnapshotCompleted,
    SnapshotRows,
    SnapshotStarted,
    add_hashes,
    encode_rows,
    row_hash,
)
from events.review.v1 import CaseApproved
from listing.domain.states import end_of_validity
from listing.tests.builders import MONDAY, NOON, SHARE
from listing.tests.fakes import identify
from listing.tests.harness import LAST_TRADING_DAY, LI, ZHANG, Story
from listing.tests.integration.conftest import RealBoard, listing_database
from listing.wiring import application, use_cases_on
from testkit.eventually import eventually
from testkit.http import an_edge, calling
from testkit.platform import Platform
from testkit.tokens import TokenIssuer
from testkit.world import World

pytestmark = pytest.mark.integration


class Neighbour:
    """Says what review says, as review."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._said: Counter[tuple[str, str]] = Counter()

    async def say(self, *events: Event) -> None:
        producer = make_producer(self._world.connection("review"), client_id="neighbour")
        await producer.start()
        try:
            for event in events:
                self._said[event.topic_name, event.key] += 1
                envelope = Envelope(
                    id=str(new_id()),
                    source="/review",
                    type=event.type,
                    time=NOON,
                    sequence=self._said[event.topic_name, event.key],
                )
                await producer.send_and_wait(
                    self._world.topic(event.topic_name),
                    encode(event),
                    key=event.key.encode(),
                    headers=envelope.headers(),
                )
        finally:
            await producer.stop()

    async def load(self, kind: Kind, rows: list[Row]) -> None:
        snapshot_id, total = new_id(), 0
        for row in rows:
            total = add_hashes(total, row_hash(row))
        started = SnapshotStarted(
            snapshot_id=snapshot_id,
            kind=kind,
            business_date=LAST_TRADING_DAY,
            revision=1,
            loaded_by="steward",
            started_at=NOON,
        )
        block = SnapshotRows(snapshot_id=snapshot_id, kind=kind, block=0, rows=encode_rows(rows))
        completed = SnapshotCompleted(
            snapshot_id=snapshot_id,
            kind=kind,
            business_date=LAST_TRADING_DAY,
            revision=1,
            block_count=1,
            row_count=len(rows),
            rows_hash=f"{total:016x}",
            completed_at=NOON,
        )
        await self.say(started, block, completed)


@pytest.fixture
def platform(world: World) -> Iterator[Platform]:
    running = Platform(world, services=("listing",))
    with running:
        yield running


@pytest.fixture
async def board(world: World) -> AsyncIterator[RealBoard]:
    database, issuer = listing_database(world), TokenIssuer()
    administrator = create_async_engine(async_url(world.database_url))
    use_cases = use_cases_on(database, identify=identify)
    async with calling(application(use_cases, an_edge(service="listing", issuer=issuer)), issuer) as caller:
        made = RealBoard(database=database, administrator=administrator, use_cases=use_cases, caller=caller)
        await made.set_now(NOON)
        yield made
    await administrator.dispose()
    await database.close()


async def test_the_board_lives_on_kafka_and_expires_what_ended_while_it_was_away(
    world: World, platform: Platform, board: RealBoard
) -> None:
    story, review = Story(board=board), Neighbour(world)
    for one in (ZHANG, LI):
        await story.sign_in(one)
        await story.inform(one)
    await review.load(
        "security",
        [
            SecurityRow(
                market=SHARE.market, security=SHARE.security, name=SHARE.name, asset_class="a_share", board="main"
            )
        ],
    )
    holding = HoldingRow(
        account_ref=board.ref(ZHANG), market=SHARE.market, security=SHARE.security, share_class="unrestricted",
        held=Decimal(1_000_000), frozen_quantity=Decimal(100_000),
    )  # fmt: skip
    await review.load("holding", [holding])
    await eventually(
        lambda: _available(board), within=20, until=lambda found: found == [Decimal(900_000)], what="holdings are known"
    )
    listing_id = str((await story.submitted(body=story.pledgor(valid_until=MONDAY.isoformat())))["id"])

    approved = CaseApproved(
        listing_id=UUID(listing_id), case_id=new_id(), version=1, by="rules", publishable_on=MONDAY,
        snapshot_date=LAST_TRADING_DAY, snapshot_revision=1, decided_at=NOON,
    )  # fmt: skip
    await review.say(approved)
    await _until(story, listing_id, "open")
    platform.stop("listing")
    await board.set_now(end_of_validity(MONDAY) + timedelta(seconds=5))
    platform.start("listing")
    await _until(story, listing_id, "expired")

    assert (await story.types_said())[-3:] == ["listing.submitted", "listing.published", "listing.expired"]
    await eventually(
        lambda: _unsent(board.administrator), within=10, until=lambda left: left == 0, what="everything is relayed"
    )


async def _available(board: RealBoard) -> list[Decimal]:
    answer = await board.call(ZHANG).get("/api/v1/my/pledgeable-holdings")
    return [Decimal(one["available"]) for one in answer.json()["positions"]]


async def _until(story: Story, listing_id: str, state: str) -> None:
    async def found() -> str | None:
        read: str | None = (await story.read(listing_id))["state"]
        return read

    await eventually(found, within=20, until=lambda one: one == state, what=f"the listing is {state}")


async def _unsent(administrator: AsyncEngine) -> int:
    async with administrator.connect() as connection:
        count: int = (
            await connection.execute(text("select count(*) from listing.outbox where sent_at is null"))
        ).scalar_one()
    return count
