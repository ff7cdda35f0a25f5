"""Every story is told twice: to review in memory, and to review on a real Postgres."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.cause import SYSTEM, Cause, Due, Subject
from chassis.clock import ClockSetting
from chassis.database import Database, DatabaseSettings, async_url
from chassis.kernel import Refusal, new_id
from chassis.schedule import Scheduler
from chassis.slices import Slice, Source
from chassis.snapshots import SnapshotHandler
from chassis.standings import HeardStandings
from events.base import Event, encode, event_classes
from events.envelope import Envelope
from events.reference.v1 import SnapshotCompleted, SnapshotRows, decode_rows
from review.application.commands.note_snapshot import note_snapshot
from review.application.use_cases import UseCases
from review.domain.board_rules import BoardRules
from review.domain.rate_caps import RateCaps
from review.domain.verification_facts import SnapshotRef
from review.outbox.blocks import BlockEncoder
from review.outbox.translation import translate
from review.persistence import tables
from review.persistence.access_tables import login_standing
from review.persistence.projections import projections
from review.persistence.unit_of_work import beginning
from review.settings import Settings
from review.tests.access_fakes import ProviderInMemory, StandingsInMemory
from review.tests.fakes import FakeReviewWork, Store, fake_reading
from review.tests.harness import ACCOUNT_KEY, NOON, Review, Story
from review.transport.schedule import schedules
from review.wiring import application, from_all, on_complete, use_cases_on
from testkit.fakes import FakeBegin, Journal
from testkit.http import Caller, an_edge, calling
from testkit.slices import FakeMessage
from testkit.tokens import TokenIssuer
from testkit.world import Stack, World

_CLASSES = {one.type: one for one in event_classes()}
SETTINGS = Settings(
    environment="test",
    account_ref_key=ACCOUNT_KEY.decode(),
    lpr_confirmed_on=date(2026, 3, 1),
    reference_upload_bytes_max=1_000_000,
)


async def deliver(use_cases: UseCases, event: Event) -> None:
    topics = from_all(use_cases)
    heard = {name: handler for one in topics for name, (_, handler) in one.handlers.items()}
    handler = heard[type(event).type]
    with suppress(Refusal):
        await handler(event, Cause(subject=SYSTEM, operation=type(event).type))


@dataclass
class ReviewInMemory:
    store: Store
    journal: Journal
    begin: FakeBegin[FakeReviewWork]
    use_cases: UseCases
    caller: Caller
    provider: ProviderInMemory
    heard: int = 0
    blocks: dict[Any, list[Any]] = field(default_factory=dict)

    def call(self, subject: Subject) -> Caller:
        return self.caller.signed_in(subject)

    async def hear(self, event: Event) -> None:
        await deliver(self.use_cases, event)

    async def said(self) -> Sequence[Event]:
        return [event for fact in self.journal.facts for event in translate(fact)]

    async def project(self) -> None:
        said = await self.said()
        for event in said[self.heard :]:
            if isinstance(event, SnapshotRows):
                self.blocks.setdefault(event.snapshot_id, []).extend(decode_rows(event.kind, event.rows))
            if isinstance(event, SnapshotCompleted):
                await self._complete(event)
        self.heard = len(said)

    async def _complete(self, event: SnapshotCompleted) -> None:
        ref = SnapshotRef(
            kind=event.kind,
            snapshot_id=event.snapshot_id,
            business_date=event.business_date,
            revision=event.revision,
        )
        self.store.snapshots.append((ref, self.blocks.get(event.snapshot_id, [])))
        async with self.begin(Cause(subject=SYSTEM, operation="project")) as work:
            await note_snapshot(work, ref)

    async def run_due(self) -> None:
        handlers = {one.kind: one.run for one in schedules(self.use_cases)}
        while ready := [(kind, key) for (kind, key), at in self.journal.due.items() if at <= self.journal.now]:
            for kind, key in ready:
                due = Due(id=new_id(), kind=kind, key=key, due_at=self.journal.now)
                await handlers[kind](due, Cause(subject=SYSTEM, operation=kind, due=due))

    async def set_now(self, now: datetime) -> None:
        self.journal.now = now


@dataclass
class ReviewOnPostgres:
    database: Database
    administrator: AsyncEngine
    use_cases: UseCases
    caller: Caller
    provider: ProviderInMemory
    handler: SnapshotHandler = field(
        default_factory=lambda: SnapshotHandler(projections(on_complete=on_complete), tables.snapshots)
    )
    heard: int = 0

    def call(self, subject: Subject) -> Caller:
        return self.caller.signed_in(subject)

    async def hear(self, event: Event) -> None:
        await deliver(self.use_cases, event)

    async def said(self) -> Sequence[Event]:
        return [msgspec.json.decode(body, type=_CLASSES[kind]) for _, kind, body in await self._outbox()]

    async def project(self) -> None:
        said = await self._outbox()
        begin = beginning(self.database, translate)
        new = [one for one in said[self.heard :] if one[0].startswith("reference.")]
        for topic, records in groupby(new, key=lambda one: one[0]):
            events = [msgspec.json.decode(body, type=_CLASSES[kind]) for _, kind, body in records]
            heard = Slice(
                source=Source(consumer="review.reference", topic=topic, topic_id="t", partition=0),
                start=0,
                end=len(events),
                messages=[a_record(offset, event) for offset, event in enumerate(events)],
            )
            decoded = self.handler.decode(heard)
            async with begin(Cause(subject=SYSTEM, operation="project")) as work:
                await self.handler.write(work, heard, decoded)
        self.heard = len(said)

    async def run_due(self) -> None:
        scheduler = Scheduler("review", schedules(self.use_cases), self.database)
        while await scheduler.run_next():
            pass

    async def set_now(self, now: datetime) -> None:
        async with self.administrator.begin() as connection:
            statement = "update platform.clock set offset_seconds = extract(epoch from :now - clock_timestamp())"
            await connection.execute(text(statement), {"now": now})

    async def _outbox(self) -> list[tuple[str, str, bytes]]:
        outbox = tables.metadata.tables["outbox"]
        async with self.database.engine.connect() as connection:
            rows = (await connection.execute(select(outbox).order_by(outbox.c.id))).all()
        return [(row.topic, dict(row.headers)["ce_type"], row.body) for row in rows]


def a_record(offset: int, event: Event) -> FakeMessage:
    envelope = Envelope(id=str(new_id()), source="/review", type=event.type, time=NOON, sequence=offset + 1)
    return FakeMessage(offset=offset, value=encode(event), key=event.key.encode(), headers=envelope.headers())


@asynccontextmanager
async def in_memory() -> AsyncIterator[Review]:
    store, journal, issuer, provider = Store(), Journal(now=NOON), TokenIssuer(), ProviderInMemory()
    begin = FakeBegin(lambda of, cause: FakeReviewWork(of, cause, store), journal)
    read = fake_reading(store, journal)
    use_cases = UseCases.build(
        begin=begin,
        read_own=read,
        read_all=read,
        encode=BlockEncoder(ACCOUNT_KEY),
        alert_late=lambda _day: None,
        rules=BoardRules.bundled(),
        rate_caps=RateCaps(confirmed_on=SETTINGS.lpr_confirmed_on),
        provider=provider,
    )
    edge = an_edge(service="review", issuer=issuer, standings=StandingsInMemory(vars(store)))
    async with calling(application(use_cases, SETTINGS, edge), issuer) as caller:
        yield ReviewInMemory(
            store=store, journal=journal, begin=begin, use_cases=use_cases, caller=caller, provider=provider
        )


@asynccontextmanager
async def on_postgres(world: World) -> AsyncIterator[Review]:
    issuer = TokenIssuer()
    await empty(world)
    database = Database.open(
        DatabaseSettings(url=world.addresses.role_url("review"), schema="review", application_name="review.test"),
        clock=ClockSetting(environment="test"),
    )
    administrator = create_async_engine(async_url(world.database_url))
    provider = ProviderInMemory()
    use_cases = use_cases_on(database, SETTINGS, provider=provider)
    edge = an_edge(service="review", issuer=issuer, standings=HeardStandings(database, login_standing))
    async with calling(application(use_cases, SETTINGS, edge), issuer) as caller:
        made = ReviewOnPostgres(
            database=database, administrator=administrator, use_cases=use_cases, caller=caller, provider=provider
        )
        await made.set_now(NOON)
        yield made
    await administrator.dispose()
    await database.close()


async def empty(world: World) -> None:
    """Takes every row away: a database of one's own for each test would cost more than the test."""
    names = ", ".join(f"review.{one}" for one in tables.metadata.tables)
    engine = create_async_engine(async_url(world.database_url))
    async with engine.begin() as connection:
        await connection.execute(text(f"truncate {names} restart identity"))
    await engine.dispose()


@pytest.fixture(scope="session")
def shared_world(stack: Stack) -> Iterator[World]:
    """One world for all tests here that touch nothing but review's schema."""
    made = World.create(stack)
    yield made
    made.remove()


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.integration)])
async def review(request: pytest.FixtureRequest) -> AsyncIterator[Review]:
    opened = in_memory() if request.param == "memory" else on_postgres(request.getfixturevalue("shared_world"))
    async with opened as made:
        yield made


@pytest.fixture
async def story(review: Review) -> Story:
    told = Story(review=review)
    await told.begin()
    return told
