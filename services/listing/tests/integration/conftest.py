"""The board on a real Postgres: the same doors as in memory, its own schema in a world's database."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.cause import SYSTEM, Cause, Subject
from chassis.clock import ClockSetting
from chassis.database import Database, DatabaseSettings, async_url
from chassis.kernel import Refusal, new_id
from chassis.schedule import Scheduler
from events.base import Event, event_classes
from listing.application.commands.apply_registrations import APPLYING, ApplyRegistrations
from listing.application.use_cases import UseCases
from listing.domain.eligibility import Instrument
from listing.domain.registration import Registration
from listing.domain.unit_holds import Holding, UnitKey
from listing.persistence import tables
from listing.persistence.holdings import NO_CLASS
from listing.tests.builders import NOON
from listing.tests.fakes import identify
from listing.tests.harness import Story
from listing.transport.schedule import schedules
from listing.wiring import OwnStandings, all_subscriptions, application, begin_on, use_cases_on
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import Stack, World

_CLASSES = {one.type: one for one in event_classes()}
# What a released registration was about no longer matters.
RELEASED = UnitKey(account_ref="1" * 32, market="SSE", security="600000", share_class="unrestricted")
_SEEDED = {"legal_text", "eligible_class", "product_template"}
_EMPTIED = sorted(tables.metadata.tables.keys() - _SEEDED)


@dataclass
class RealBoard:
    database: Database
    administrator: AsyncEngine
    use_cases: UseCases
    caller: Caller
    revision: int = 0

    def call(self, subject: Subject | None) -> Caller:
        return self.caller if subject is None else self.caller.signed_in(subject)

    async def hear(self, event: Event) -> None:
        for hears in all_subscriptions(self.use_cases):
            if type(event).type in hears.handlers:
                _, handler = hears.handlers[type(event).type]
                with suppress(Refusal):
                    await handler(event, Cause(subject=SYSTEM, operation=type(event).type))

    async def said(self) -> Sequence[Event]:
        outbox = tables.metadata.tables["outbox"]
        async with self.database.engine.connect() as connection:
            rows = (await connection.execute(select(outbox).order_by(outbox.c.id))).all()
        return [msgspec.json.decode(row.body, type=_CLASSES[dict(row.headers)["ce_type"]]) for row in rows]

    async def run_due(self) -> None:
        scheduler = Scheduler("listing", schedules(self.use_cases), self.database)
        while await scheduler.run_next():
            pass

    async def set_now(self, now: datetime) -> None:
        async with self.administrator.begin() as connection:
            statement = "update platform.clock set offset_seconds = extract(epoch from :now - clock_timestamp())"
            await connection.execute(text(statement), {"now": now})

    async def load_holdings(self, day: date, holdings: Sequence[Holding]) -> None:
        rows = [
            {
                "account_ref": one.key.account_ref,
                "market": one.key.market,
                "security": one.key.security,
                "share_class": one.key.share_class or NO_CLASS,
                "held": one.held,
                "frozen_quantity": one.frozen,
                "pledged": one.pledged,
                "settlement_collateral": one.settlement_collateral,
                "other_restricted": one.other_restricted,
            }
            for one in holdings
        ]
        await self._load("holding", day, rows)

    async def load_securities(self, instruments: Sequence[Instrument]) -> None:
        await self._load("security", NOON.date(), [msgspec.to_builtins(one) for one in instruments])

    async def load_closes(self, day: date, closes: dict[tuple[str, str], Decimal]) -> None:
        rows = [{"market": code[0], "security": code[1], "close": close} for code, close in closes.items()]
        await self._load("price", day, rows)

    async def load_registrations(self, day: date, registrations: Sequence[Registration]) -> None:
        rows = [
            {
                "number": one.number,
                "account_ref": key.account_ref,
                "market": key.market,
                "security": key.security,
                "share_class": key.share_class or NO_CLASS,
                "venue": "off_exchange",
                "quantity": quantity,
                "pledgee_ref": "2" * 32,
                "registered_on": one.registered_on,
                "released_on": one.released_on,
            }
            for one in registrations
            for key, quantity in (one.quantities or {RELEASED: Decimal(1)}).items()
        ]
        snapshot_id = await self._load("registration", day, rows)
        async with begin_on(self.database)(Cause(subject=SYSTEM, operation="project")) as work:
            work.schedule(kind=APPLYING, key=ApplyRegistrations(snapshot_id=snapshot_id).key, due_at=work.now)
        await self.run_due()

    def ref(self, subject: Subject) -> str:
        return identify(subject.accounts[0]).account_ref

    async def _load(self, kind: str, day: date, rows: list[dict[str, Any]]) -> UUID:
        self.revision += 1
        snapshot_id = new_id()
        snapshot = {
            "snapshot_id": snapshot_id,
            "kind": kind,
            "business_date": day,
            "revision": self.revision,
            "state": "complete",
        }
        async with self.database.engine.begin() as connection:
            await connection.execute(insert(tables.snapshots.snapshot).values(snapshot))
            if rows:
                table = tables.metadata.tables[kind]
                await connection.execute(insert(table), [{**row, "snapshot_id": snapshot_id} for row in rows])
        return snapshot_id


def listing_database(world: World) -> Database:
    return Database.open(
        DatabaseSettings(
            url=world.addresses.role_url("listing"), schema="listing", application_name="listing.test", pool_size=10
        ),
        clock=ClockSetting(environment="test"),
    )


@pytest.fixture(scope="session")
def board_world(stack: Stack) -> Iterator[World]:
    """One world for all of the board's tests: each begins with empty tables, which is quicker than a new database."""
    made = World.create(stack)
    yield made
    made.remove()


@pytest.fixture
async def board(board_world: World) -> AsyncIterator[RealBoard]:
    database, issuer = listing_database(board_world), TokenIssuer()
    administrator = create_async_engine(async_url(board_world.database_url))
    async with administrator.begin() as connection:
        # Rows are few: deleting them without their references is much quicker than truncating thirty tables.
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(text("set local search_path = listing"))
        for name in _EMPTIED:
            await connection.execute(delete(tables.metadata.tables[name]))
    use_cases = use_cases_on(database, identify=identify)
    edge = an_edge(service="listing", issuer=issuer, standings=OwnStandings(use_cases.ask_standing))
    async with calling(application(use_cases, edge), issuer) as caller:
        made = RealBoard(database=database, administrator=administrator, use_cases=use_cases, caller=caller)
        await made.set_now(NOON)
        yield made
    await administrator.dispose()
    await database.close()


@pytest.fixture
async def story(board: RealBoard) -> Story:
    told = Story(board=board)
    await told.begin()
    return told
