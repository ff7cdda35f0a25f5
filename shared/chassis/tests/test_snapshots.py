from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from resource import RUSAGE_SELF, getrusage
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, MetaData, Numeric, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import Database, async_url
from chassis.kernel import SHANGHAI, new_id
from chassis.slices.slice import Place, Refused, Slice, Source
from chassis.snapshots import (
    SnapshotDone,
    SnapshotHandler,
    SnapshotPartial,
    SnapshotProjection,
    create_snapshot_tables,
    latest_complete,
    latest_complete_until,
    snapshot_tables,
    states_of,
)
from chassis.unit_of_work import FenceLost, UnitOfWork
from events.base import Event, encode
from events.envelope import Envelope
from events.reference.v1 import (
    PriceRow,
    SnapshotCompleted,
    SnapshotRows,
    SnapshotStarted,
    add_hashes,
    encode_rows,
    row_hash,
)
from local_stack.postgres import Postgres
from testkit.slices import FakeMessage

pytestmark = pytest.mark.integration

MARCH_2 = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 18, 0, tzinfo=SHANGHAI)
metadata = MetaData()
TABLES = snapshot_tables(metadata)
PRICE = Table(
    "probe_price",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("market", Text, primary_key=True),
    Column("security", Text, primary_key=True),
    Column("close", Numeric, nullable=False),
)


@pytest.fixture(autouse=True)
async def tables(postgres: Postgres, database_name: str) -> None:
    engine = create_async_engine(async_url(postgres.url(database_name)))
    async with engine.begin() as connection:
        await connection.execute(text("set search_path = probe"))
        await connection.execute(text("set role probe_owner"))
        await connection.run_sync(lambda sync: create_snapshot_tables(Operations(MigrationContext.configure(sync))))
        await connection.run_sync(PRICE.create)
    await engine.dispose()


@dataclass
class Told:
    complete: list[SnapshotDone] = field(default_factory=list)
    partial: list[SnapshotPartial] = field(default_factory=list)


@dataclass
class Log:
    """A partition of `reference.price.v1`, read in slices by one projection."""

    database: Database
    told: Told = field(default_factory=Told)
    end: int = 0

    def __post_init__(self) -> None:
        async def complete(_work: Any, done: SnapshotDone) -> None:
            self.told.complete.append(done)

        async def partial(_work: Any, one: SnapshotPartial) -> None:
            self.told.partial.append(one)

        projection = SnapshotProjection(
            kind="price",
            table=PRICE,
            columns=("market", "security", "close"),
            to_row=lambda row: (row.market, row.security, row.close),
            on_complete=complete,
            on_partial=partial,
        )
        self.handler = SnapshotHandler([projection], TABLES)

    async def hear(self, *said: Event | FakeMessage, refused: dict[Place, Refused] | None = None) -> Slice:
        messages = [one if isinstance(one, FakeMessage) else record(self.end + at, one) for at, one in enumerate(said)]
        heard = Slice(
            source=Source(consumer="probe.reference", topic="reference.price.v1", topic_id="t", partition=0),
            start=self.end,
            end=self.end + len(messages),
            messages=messages,
            refused=refused or {},
        )
        await self.apply(heard)
        self.end = heard.end
        return heard

    async def apply(self, heard: Slice) -> None:
        decoded = self.handler.decode(heard)
        if heard.start == 0:
            await self._open()
        async with UnitOfWork(self.database, heard.cause, translate=lambda _: ()) as work:
            await self.handler.write(work, heard, decoded)

    async def _open(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.execute(
                text(
                    "insert into consumer_offset (consumer, topic, partition, topic_id, next) "
                    "values ('probe.reference', 'reference.price.v1', 0, 't', 0) on conflict do nothing"
                )
            )

    async def latest(self, on: date = MARCH_2) -> SnapshotDone | None:
        async with self.database.engine.connect() as connection:
            return await latest_complete(connection, TABLES, kind="price", business_date=on)

    async def state(self) -> Any:
        async with self.database.engine.connect() as connection:
            return (await states_of(connection, TABLES, kind="price", business_date=MARCH_2))[0]


@pytest.fixture
def log(database: Database) -> Log:
    return Log(database)


def record(offset: int, event: Event) -> FakeMessage:
    envelope = Envelope(id=str(new_id()), source="/review", type=event.type, time=NOW, sequence=offset + 1)
    return FakeMessage(offset=offset, value=encode(event), key=event.key.encode(), headers=envelope.headers())


def a_price(number: int, close: str = "10.00") -> PriceRow:
    return PriceRow(market="SSE", security=f"{600000 + number}", close=Decimal(close))


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One load, as it is said."""

    blocks: Sequence[Sequence[PriceRow]]
    revision: int = 1
    day: date = MARCH_2
    snapshot_id: UUID = field(default_factory=new_id)

    def started(self) -> SnapshotStarted:
        return SnapshotStarted(
            snapshot_id=self.snapshot_id,
            kind="price",
            business_date=self.day,
            revision=self.revision,
            loaded_by="steward",
            started_at=NOW,
        )

    def rows(self, block: int) -> SnapshotRows:
        rows = encode_rows(list(self.blocks[block]))
        return SnapshotRows(snapshot_id=self.snapshot_id, kind="price", block=block, rows=rows)

    def completed(self, *, row_count: int | None = None, rows_hash: int | None = None) -> SnapshotCompleted:
        every = [row for block in self.blocks for row in block]
        total = 0
        for row in every:
            total = add_hashes(total, row_hash(row))
        return SnapshotCompleted(
            snapshot_id=self.snapshot_id,
            kind="price",
            business_date=self.day,
            revision=self.revision,
            block_count=len(self.blocks),
            row_count=len(every) if row_count is None else row_count,
            rows_hash=f"{total if rows_hash is None else rows_hash:016x}",
            completed_at=NOW,
        )

    def said(self) -> Iterator[Event]:
        yield self.started()
        yield from (self.rows(block) for block in range(len(self.blocks)))
        yield self.completed()


async def stored(database: Database, snapshot: Snapshot) -> int:
    async with database.engine.connect() as connection:
        query = text("select count(*) from probe_price where snapshot_id = :id")
        return int((await connection.execute(query, {"id": snapshot.snapshot_id})).scalar_one())


async def test_p11_4_a_snapshot_is_complete_when_count_and_hash_match_its_marker(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1), a_price(2)], [a_price(3)]])

    await log.hear(*snapshot.said())

    assert await log.latest() == SnapshotDone(
        kind="price", snapshot_id=snapshot.snapshot_id, business_date=MARCH_2, revision=1
    )
    assert [one.snapshot_id for one in log.told.complete] == [snapshot.snapshot_id]


async def test_p11_4_before_its_marker_nothing_answers(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)]])

    await log.hear(snapshot.started(), snapshot.rows(0))

    assert await log.latest() is None
    assert (await log.state()).state == "receiving"


async def test_p11_4_a_missing_block_makes_it_partial_and_names_what_differs(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)], [a_price(2)]])

    await log.hear(snapshot.started(), snapshot.rows(0), snapshot.completed())

    assert await log.latest() is None
    assert [one.differs for one in log.told.partial] == [("count", "hash")]


async def test_p11_4_a_different_row_makes_it_partial_by_its_hash_alone(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)]])

    await log.hear(snapshot.started(), snapshot.rows(0), snapshot.completed(rows_hash=42))

    assert [one.differs for one in log.told.partial] == [("hash",)]


async def test_p11_4_a_block_that_comes_late_completes_it(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)], [a_price(2)]])
    await log.hear(snapshot.started(), snapshot.rows(0), snapshot.completed())

    await log.hear(snapshot.rows(1))

    assert await log.latest() is not None


async def test_p11_4_a_block_that_comes_twice_is_harmless_in_one_slice_and_in_two(log: Log, database: Database) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)], [a_price(2)]])

    await log.hear(snapshot.started(), snapshot.rows(0), snapshot.rows(0))
    await log.hear(snapshot.rows(0), snapshot.rows(1), snapshot.completed(), snapshot.completed())

    assert await log.latest() is not None
    assert await stored(database, snapshot) == 2
    assert len(log.told.complete) == 1


async def test_p11_4_a_natural_key_that_comes_twice_counts_once(log: Log, database: Database) -> None:
    snapshot = Snapshot(blocks=[[a_price(1), a_price(1, "11.00")], [a_price(2)], [a_price(2)]])

    await log.hear(snapshot.started(), snapshot.rows(0), snapshot.rows(1))
    await log.hear(snapshot.rows(2), snapshot.completed())

    assert await stored(database, snapshot) == 2
    assert log.told.partial[0].differs == ("count", "hash")


async def test_p11_4_records_in_any_order_make_the_same_snapshot(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)], [a_price(2)], [a_price(3)]])
    said = list(snapshot.said())

    for one in (said[3], said[4], said[1], said[0], said[2]):
        await log.hear(one)

    assert await log.latest() is not None


async def test_p11_4_a_higher_revision_supersedes(log: Log) -> None:
    await log.hear(*Snapshot(blocks=[[a_price(1)]]).said())
    again = Snapshot(blocks=[[a_price(1, "9.00")]], revision=2)

    await log.hear(*again.said())

    latest = await log.latest()
    assert latest is not None
    assert latest.snapshot_id == again.snapshot_id
    assert [one.revision for one in log.told.complete] == [1, 2]


async def test_p11_4_a_lower_revision_that_comes_after_is_kept_and_decides_nothing(
    log: Log, database: Database
) -> None:
    await log.hear(*Snapshot(blocks=[[a_price(1)]], revision=2).said())
    older = Snapshot(blocks=[[a_price(1, "9.00")]], revision=1)

    await log.hear(*older.said())

    latest = await log.latest()
    assert latest is not None
    assert latest.revision == 2
    assert await stored(database, older) == 1
    assert [one.revision for one in log.told.complete] == [2]


async def test_p11_4_a_partial_higher_revision_leaves_the_complete_one_in_force(log: Log) -> None:
    await log.hear(*Snapshot(blocks=[[a_price(1)]]).said())
    broken = Snapshot(blocks=[[a_price(1)], [a_price(2)]], revision=2)

    await log.hear(broken.started(), broken.rows(0), broken.completed())

    latest = await log.latest()
    assert latest is not None
    assert latest.revision == 1


async def test_p11_4_an_unreadable_record_is_counted_and_keeps_its_snapshot_from_completing(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)], [a_price(2)]])
    broken = record(1, snapshot.rows(0))

    await log.hear(snapshot.started(), FakeMessage(offset=1, value=b"{", key=broken.key, headers=broken.headers))
    await log.hear(snapshot.rows(1), snapshot.completed())

    state = await log.state()
    assert (state.state, state.unreadable_records) == ("partial", 1)


async def test_p11_4_a_record_the_chassis_took_out_counts_as_unreadable(log: Log) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)]])

    await log.hear(*snapshot.said(), refused={Place(1, None): Refused(kind="killed", reason="it ends the process")})

    state = await log.state()
    assert (state.state, state.unreadable_records) == ("partial", 1)


async def test_the_newest_complete_day_answers_until_a_day(log: Log, database: Database) -> None:
    await log.hear(*Snapshot(blocks=[[a_price(1)]], day=date(2026, 2, 27)).said())
    await log.hear(*Snapshot(blocks=[[a_price(1)]]).said())

    async with database.engine.connect() as connection:
        found = await latest_complete_until(connection, TABLES, kind="price", until=date(2026, 3, 1))

    assert found is not None
    assert found.business_date == date(2026, 2, 27)


async def test_a_slice_is_applied_once_whoever_brings_it(log: Log, database: Database) -> None:
    snapshot = Snapshot(blocks=[[a_price(1)]])
    heard = await log.hear(*snapshot.said())

    with pytest.raises(FenceLost):
        await log.apply(heard)

    assert await stored(database, snapshot) == 1


async def test_values_with_tabs_and_backslashes_arrive_as_they_were(
    log: Log, database: Database, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    odd = PriceRow(market="S\tS\\E\n", security="6", close=Decimal("1.5"))

    await log.hear(*Snapshot(blocks=[[odd]]).said())

    assert await admin.fetchval("select market from probe_price") == "S\tS\\E\n"


async def test_two_hundred_thousand_rows_stay_within_bounded_memory(log: Log, database: Database) -> None:
    blocks = 200
    snapshot = Snapshot(blocks=[[a_price(1000 * block + one) for one in range(1000)] for block in range(blocks)])
    said = list(snapshot.said())
    await log.hear(*said[:21])
    after_one_slice = getrusage(RUSAGE_SELF).ru_maxrss

    for at in range(21, len(said), 20):
        await log.hear(*said[at : at + 20])

    assert await log.latest() is not None
    assert await stored(database, snapshot) == 1000 * blocks
    grown_kib = getrusage(RUSAGE_SELF).ru_maxrss - after_one_slice
    assert grown_kib < 32 * 1024
