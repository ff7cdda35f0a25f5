"""The intake at work in this process on real servers, and firms that write to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis.assembly import OwnedRelay, open_database
from chassis.cause import SYSTEM, Cause, Subject
from chassis.database import Database
from chassis.kafka import client_settings
from chassis.kafka_admin import KafkaConnection
from chassis.kernel import new_id
from chassis.slices import SliceConsumer
from monitoring.application.commands.release_pending import RELEASE_PENDING, ReleasePending, ReleasePendingHandler
from monitoring.domain.firm import FirmEnvironment, receipts_topic, submissions_topic
from monitoring.settings import Settings
from monitoring.wiring import application, begin_intake, intake_consumer, intake_on, intake_routes
from submissions.frames import Frame, Item, read_frame
from testkit.eventually import eventually
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import World

Record = Mapping[str, object]
FRAMES_WITHIN_S = 20.0


def submitted(value: Record | Sequence[Record] | bytes) -> bytes:
    """A message: one record, an envelope of several, or bytes as they are."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False).encode()
    return b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in value)


@dataclass
class FirmClient:
    """One firm: writes its topic, reads its receipts, in one environment."""

    firm_id: str
    world: World
    kafka: KafkaConnection
    environment: FirmEnvironment = "PROD"

    async def send(self, *values: Record | Sequence[Record] | bytes) -> list[int]:
        """Writes messages, in order, and returns their offsets."""
        producer = AIOKafkaProducer(**client_settings(self.kafka), acks="all", enable_idempotence=False)
        await producer.start()
        try:
            topic = self.world.topic(submissions_topic(self.firm_id, self.environment))
            return [(await producer.send_and_wait(topic, submitted(one), partition=0)).offset for one in values]
        finally:
            await producer.stop()

    async def receipts(self) -> list[bytes]:
        """Every receipt message there is now."""
        consumer = AIOKafkaConsumer(**client_settings(self.kafka), auto_offset_reset="earliest")
        await consumer.start()
        try:
            partition = TopicPartition(self.world.topic(receipts_topic(self.firm_id, self.environment)), 0)
            consumer.assign([partition])
            end = (await consumer.end_offsets([partition]))[partition]
            found: list[bytes] = []
            while len(found) < end:
                for messages in (await consumer.getmany(timeout_ms=200)).values():
                    found += [one.value for one in messages]
            return found
        finally:
            await consumer.stop()

    async def frames(self, *, until: int) -> list[Frame]:
        """Frames in order, once they list outcomes for every offset before `until`."""

        async def read() -> list[Frame]:
            return [read_frame(one) for one in await self.receipts()]

        def complete(frames: list[Frame]) -> bool:
            return any(one.end is not None and one.end >= until for one in frames)

        return await eventually(read, within=FRAMES_WITHIN_S, until=complete)

    async def all_frames(self, *, count: int) -> list[Frame]:
        """Frames in order, once there are so many."""

        async def read() -> list[Frame]:
            return [read_frame(one) for one in await self.receipts()]

        return await eventually(read, within=FRAMES_WITHIN_S, until=lambda frames: len(frames) >= count)

    async def items(self, *, until: int) -> list[Item]:
        """The outcomes told by slice frames, in order."""
        return [item for frame in await self.frames(until=until) if frame.kind == "slice" for item in frame.items]


@dataclass
class IntakeWorld:
    """A world with its intake running."""

    world: World
    database: Database
    consumer: SliceConsumer[Any, Any]
    settings: Settings
    changed: list[str]

    @classmethod
    @asynccontextmanager
    async def started(cls, world: World, **changes: str) -> AsyncIterator[Self]:
        """Starts consumer and relay, and stops them in order."""
        settings = settings_of(world, **changes)
        database = open_database(settings)
        changed: list[str] = []

        async def book_changed(firm_id: str) -> None:
            changed.append(firm_id)

        consumer = intake_consumer(settings, database, begin_intake(database), book_changed=book_changed)
        relay = OwnedRelay(settings)
        running = [asyncio.create_task(consumer.run()), asyncio.create_task(relay.run())]
        try:
            yield cls(world, database, consumer, settings, changed)
        finally:
            await consumer.stop()
            await relay.stop()
            await asyncio.gather(*running)
            await database.close()

    async def firm(self, firm_id: str) -> FirmClient:
        """A firm on board."""
        await self.on_board(firm_id)
        await asyncio.to_thread(self.world.kafka_admin.onboard_firm, firm_id)
        return FirmClient(firm_id, self.world, self.world.addresses.kafka)

    async def on_board(self, firm_id: str) -> None:
        """A firm in the books; its topics are somebody else's affair."""
        async with self._administrator() as connection:
            await insert_firm(connection, firm_id)

    async def release(self, firm_id: str) -> int:
        """Has a firm's waiting records judged again; says how many have their outcome now."""
        handler = ReleasePendingHandler(begin=begin_intake(self.database))
        cause = Cause(subject=SYSTEM, operation=RELEASE_PENDING)
        return await handler(ReleasePending(firm_id=firm_id), cause)

    @asynccontextmanager
    async def caller(self, subject: Subject) -> AsyncIterator[Caller]:
        """The interface, called by somebody."""
        issuer = TokenIssuer()
        intake = intake_on(self.settings, self.database, begin_intake(self.database))
        app = application(intake_routes(intake), an_edge(service="monitoring", issuer=issuer))
        async with calling(app, issuer) as anybody:
            yield anybody.signed_in(subject)

    async def knows_securities(self, *codes: str) -> None:
        """A complete security master."""
        async with self._administrator() as connection:
            await insert_securities(connection, *(codes or ("600000",)))

    async def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """As the database's administrator."""
        async with self._administrator() as connection:
            return list(await connection.fetch(query, *arguments))

    @asynccontextmanager
    async def _administrator(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.world.database_url)
        try:
            yield connection
        finally:
            await connection.close()


async def insert_firm(connection: "asyncpg.Connection[asyncpg.Record]", firm_id: str) -> None:
    """A firm in the books."""
    await connection.execute(
        "insert into monitoring.firm (firm_id, name, status, onboarded_at) values ($1, $1, 'active', now())", firm_id
    )


async def insert_securities(
    connection: "asyncpg.Connection[asyncpg.Record]", *codes: str, schema: str = "monitoring"
) -> None:
    """A complete security master of Shanghai shares."""
    snapshot_id = new_id()
    async with connection.transaction():
        await connection.execute("select set_config('search_path', $1, true)", schema)
        await connection.execute(
            "insert into reference_snapshot (snapshot_id, kind, business_date, revision, state) "
            "values ($1, 'security', $2, 1, 'complete')",
            snapshot_id,
            date(2026, 3, 31),
        )
        await connection.executemany(
            "insert into security values ($1, 'SSE', $2, $2, 'a_share', 'main', false)",
            [(snapshot_id, code) for code in codes],
        )


def settings_of(world: World, **changes: str) -> Settings:
    """The monitor's settings in a world."""
    environment = world.settings("monitoring", **changes)
    own = {name.removeprefix("MONITORING_").lower(): one for name, one in environment.items() if _is_own(name)}
    shared: dict[str, Any] = {name.lower(): one for name, one in environment.items() if not _is_own(name)}
    return Settings(**(shared | own))


def _is_own(name: str) -> bool:
    return name.startswith("MONITORING_")
