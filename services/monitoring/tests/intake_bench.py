"""What the benchmark of the intake runs: the raw loop, the intake with and without its parts, the idiomatic stack.

Firms' topics hold what the intake reads: one record a message, or envelopes. The same records stand one by one in
topics beside them: what the raw loop and the idiomatic stack read, whatever firms send.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.assembly import open_database
from chassis.kafka import client_settings
from chassis.kafka_connection import KafkaConnection
from chassis.slices.slice import Slice
from monitoring.application.commands.apply_slice import ApplySliceHandler
from monitoring.settings import Settings
from monitoring.tests.idiomatic_stack import idiomatic_rate
from monitoring.tests.intake_variants import NOTHING_LEFT_OUT, Unproved, Without, begin_without
from monitoring.tests.intake_world import insert_firm, insert_securities, settings_of
from monitoring.transport.events.intake import DecodedSlice, IntakeHandler
from monitoring.wiring import intake_consumer
from submissions.tests.builders import a_contract, a_line
from testkit.servers import Servers
from testkit.world import World

RECORDS: Final = 80_000
BATCH: Final = 5_000
FIRMS: Final = ("F001", "F002", "F003", "F004")
SECURITIES: Final = [f"{600000 + number}" for number in range(100)]
TABLES: Final = (
    "submission_record", "intake_slice", "receipt_frame", "intake_day", "sequence_gap", "stream_day", "contract",
    "contract_terms", "collateral_line", "book_change", "record_state", "outbox", "audit", "consumer_offset",
    "slice_suspicion",
)  # fmt: skip


def records(firm_id: str, count: int) -> list[bytes]:
    """Contracts, each followed by its line of collateral, as a firm's first-day load sends them."""
    made: list[bytes] = []
    for number in range(1, count // 2 + 1):
        security = SECURITIES[number % len(SECURITIES)]
        shared = {
            "firm_id": firm_id,
            "sequence": number,
            "contract_id": f"C-{number:07}",
            "load_id": "L-1",
            "action": "SNAPSHOT",
        }
        contract = a_contract(**shared, initial_security=security, borrower_id=f"B-{number % 997}")
        made += [json.dumps(contract).encode(), json.dumps(a_line(**shared, security=security)).encode()]
    return made


@dataclass
class Bench:
    """A world of its own servers, and the topics that are read: firms are what the intake is parallel in."""

    world: World
    settings: Settings
    messages: int

    async def raw_loop(self, kafka: KafkaConnection | None = None) -> float:
        """Records per second of `getmany` and COPY of undecoded text into an unlogged table, a commit for a batch."""
        database = await asyncpg.connect(self.world.database_url)
        await database.execute("create unlogged table if not exists raw_record (body text)")
        await database.execute("truncate raw_record")
        consumer = AIOKafkaConsumer(
            **client_settings(kafka or self.world.addresses.kafka), enable_auto_commit=False, fetch_max_wait_ms=20,
            isolation_level="read_committed",
        )  # fmt: skip
        await consumer.start()
        try:
            consumer.assign([TopicPartition(_beside(self.world, firm), 0) for firm in FIRMS])
            await consumer.seek_to_beginning()
            seen, started = 0, 0.0
            while seen < RECORDS:
                for batch in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values():
                    started = started or time.perf_counter()
                    async with database.transaction():
                        await database.copy_records_to_table(
                            "raw_record", records=[(one.value.decode(),) for one in batch], columns=["body"]
                        )
                    seen += len(batch)
            took = time.perf_counter() - started
            assert await database.fetchval("select count(*) from raw_record") == RECORDS
            return RECORDS / took
        finally:
            await consumer.stop()
            await database.close()

    async def raw_loop_over_tls(self) -> float:
        """The same through the listener that firms use."""
        addresses = self.world.addresses
        assert addresses.firms_bootstrap
        return await self.raw_loop(
            replace(
                addresses.kafka,
                bootstrap=addresses.firms_bootstrap,
                security="SASL_SSL",
                authority_file=addresses.firms_authority_file,
            )
        )

    async def idiomatic(self) -> float:
        """Records per second of the idiomatic stack, over one firm's records."""
        await self._forget()
        topic = _beside(self.world, FIRMS[0])
        rate = await idiomatic_rate(
            kafka=self.world.addresses.kafka,
            database_url=self.world.database_url,
            topics=[topic],
            records=RECORDS // len(FIRMS),
            batch=BATCH,
        )
        await self._check(firms=1)
        return rate

    async def intake(self, without: Without = NOTHING_LEFT_OUT) -> float:
        """Records per second of the intake."""
        await self._forget()
        database = open_database(self.settings)
        stopwatch = _Stopwatch()
        consumer = intake_consumer(
            self.settings, database, begin_without(database, without), book_changed=nothing_follows
        )
        consumer._handler = _Timed(stopwatch, without)
        running = asyncio.create_task(consumer.run())
        try:
            await stopwatch.counts(self.messages)
        finally:
            await consumer.stop()
            await running
            await database.close()
        await self._check(firms=len(FIRMS), history=not without.history)
        return RECORDS / stopwatch.took

    async def _forget(self) -> None:
        database = await asyncpg.connect(self.world.database_url)
        await database.execute("truncate " + ", ".join(f"monitoring.{one}" for one in TABLES))
        await database.execute(
            "update monitoring.firm set receipt_sequence = 0, last_sequences = '{}', pending_records = 0, open_gaps = 0"
        )
        await database.close()

    async def _check(self, *, firms: int, history: bool = True) -> None:
        """Every record is there, with its typed state; nothing was refused."""
        expected = RECORDS // len(FIRMS) * firms
        database = await asyncpg.connect(self.world.database_url)
        states = await database.fetchval(_STATES)
        outcomes = await database.fetch("select outcome, count(*) from monitoring.submission_record group by 1")
        await database.close()
        assert states == expected, states
        assert [tuple(one) for one in outcomes] == ([("ACCEPTED", expected)] if history else []), outcomes


_STATES: Final = "select (select count(*) from monitoring.contract) + (select count(*) from monitoring.collateral_line)"


async def nothing_follows(firm_id: str) -> None:
    """The intake alone is timed: nothing is valued."""
    del firm_id


class _Stopwatch:
    """Runs from the first slice that is decoded until so many messages are committed."""

    def __init__(self) -> None:
        self.took = 0.0
        self._started = 0.0
        self._messages = 0
        self._wanted = 0
        self._reached = asyncio.Event()

    async def counts(self, messages: int) -> None:
        self._wanted = messages
        await self._reached.wait()

    def start(self) -> None:
        self._started = self._started or time.perf_counter()

    def applied(self, messages: int) -> None:
        self._messages += messages
        self.took = time.perf_counter() - self._started
        if self._messages == self._wanted:
            self._reached.set()


class _Timed(IntakeHandler):
    """The handler itself, with a watch that starts at the first fetched slice and reads at each commit."""

    def __init__(self, stopwatch: _Stopwatch, without: Without) -> None:
        apply_slice = Unproved() if without.audit else ApplySliceHandler()
        super().__init__(book_changed=nothing_follows, apply_slice=apply_slice)
        self._stopwatch = stopwatch

    def decode(self, slice_: Slice) -> DecodedSlice:
        self._stopwatch.start()
        return super().decode(slice_)

    async def applied(self, slice_: Slice, decoded: DecodedSlice) -> None:
        await super().applied(slice_, decoded)
        self._stopwatch.applied(len(slice_.messages))


@asynccontextmanager
async def a_bench(*, envelope: int) -> AsyncIterator[Bench]:
    """A world whose firms sent so many records a message."""
    servers = await asyncio.to_thread(Servers.start, durable=True)
    try:
        yield await _prepared(servers, envelope)
    finally:
        servers.stop()


async def _prepared(servers: Servers, envelope: int) -> Bench:
    world = await asyncio.to_thread(servers.world)
    await _known(world)
    messages = 0
    for firm_id in FIRMS:
        await asyncio.to_thread(world.kafka_admin.onboard_firm, firm_id)
        lines = records(firm_id, RECORDS // len(FIRMS))
        sent = [b"\n".join(lines[at : at + envelope]) for at in range(0, len(lines), envelope)]
        await _write(world, world.topic(f"submissions.{firm_id}"), sent)
        messages += len(sent)
        await _made(world, _beside(world, firm_id))
        await _write(world, _beside(world, firm_id), lines)
    return Bench(world, settings_of(world), messages)


def _beside(world: World, firm_id: str) -> str:
    """The topic that holds a firm's records one by one."""
    return world.topic(f"one_by_one.{firm_id}")


async def _made(world: World, topic: str) -> None:
    admin = AIOKafkaAdminClient(**client_settings(world.addresses.kafka))
    await admin.start()
    try:
        settings = {"message.timestamp.type": "LogAppendTime"}
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs=settings)])
    finally:
        await admin.close()


async def _write(world: World, topic: str, messages: Sequence[bytes]) -> None:
    producer = AIOKafkaProducer(
        **client_settings(world.addresses.kafka), acks="all", linger_ms=20, max_batch_size=512 * 1024
    )
    await producer.start()
    try:
        await asyncio.gather(*[await producer.send(topic, one, partition=0) for one in messages])
    finally:
        await producer.stop()


async def _known(world: World) -> None:
    database = await asyncpg.connect(world.database_url)
    try:
        await insert_securities(database, *SECURITIES)
        for firm_id in FIRMS:
            await insert_firm(database, firm_id)
    finally:
        await database.close()
