"""The whole monitor at work in this process on real servers; firms and review write to it through its topics."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from aiokafka import AIOKafkaProducer

from chassis.assembly import OwnedRelay
from chassis.cause import Subject
from chassis.database import Database
from chassis.kafka import client_settings
from chassis.kernel import new_id
from chassis.schedule import Scheduler
from events.base import Event, encode
from events.envelope import Envelope
from events.reference.v1 import CorporateActionRow, PriceRow, SecurityRow
from finance.corporate_actions import CorporateAction
from monitoring.domain.book import Contract, Instrument
from monitoring.persistence.references import MarketCache
from monitoring.settings import Settings
from monitoring.tests.book import by_firm
from monitoring.tests.book_records import SAID_AT, records_of, said
from monitoring.tests.intake_world import submitted
from monitoring.wiring import analytics_on, analytics_routes, application, build
from testkit.eventually import eventually
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import World

ANALYST = Subject(user_id="ra-1", roles=frozenset({"RA"}))
WITHIN_S = 30.0
Message = tuple[bytes | None, bytes, list[tuple[str, bytes]]]


@dataclass
class MonitorWorld:
    """A world with its monitor running, and the regulator at its door."""

    world: World
    database: Database
    regulator: Caller

    @classmethod
    @asynccontextmanager
    async def started(cls, world: World) -> AsyncIterator[Self]:
        """Starts every part of the worker and the relay, and stops them in order."""
        settings = Settings(**_lowered(world.settings("monitoring")))
        service = build(settings)
        assert service.database is not None
        scheduler = Scheduler("monitoring", service.schedules, service.database)
        parts = [*service.slice_consumers, scheduler, OwnedRelay(settings)]
        running = [asyncio.create_task(one.run()) for one in parts]
        issuer = TokenIssuer()
        analytics = analytics_on(service.database, MarketCache())
        app = application(analytics_routes(analytics), an_edge(service="monitoring", issuer=issuer))
        try:
            async with calling(app, issuer) as anybody:
                yield cls(world, service.database, anybody.signed_in(ANALYST))
        finally:
            for one in parts:
                await one.stop()
            await asyncio.gather(*running)
            for resource in service.resources:
                await resource.close()
            await service.database.close()

    async def on_board(self, *firms: str) -> None:
        """Firms with their topics."""
        async with self.database.engine.begin() as connection:
            await connection.exec_driver_sql("select set_config('pledgeboard.scope', 'all', true)")
            for firm_id in firms:
                await connection.exec_driver_sql(
                    "insert into firm (firm_id, name, status, onboarded_at) values ($1, $1, 'active', now())",
                    (firm_id,),
                )
        for firm_id in firms:
            await asyncio.to_thread(self.world.kafka_admin.onboard_firm, firm_id)

    async def report(self, contracts: Iterable[Contract], **how: Any) -> None:
        """Each firm sends its contracts, one envelope each."""
        for firm_id, book in by_firm(contracts).items():
            await self._produce(f"submissions.{firm_id}", [(None, submitted(list(records_of(book, **how))), [])])

    async def securities(self, day: date, *instruments: Instrument) -> None:
        """A security master."""
        rows = [
            SecurityRow(
                market=one.market, security=one.security, name=one.security, asset_class="a_share", board="main"
            )
            for one in instruments
        ]
        await self._say(said("security", day, rows))

    async def prices(self, day: date, closes: Mapping[Instrument, str], *, revision: int = 1) -> None:
        """The closes of a day."""
        rows = [
            PriceRow(market=one.market, security=one.security, close=Decimal(close)) for one, close in closes.items()
        ]
        await self._say(said("price", day, rows, revision=revision))

    async def actions(self, day: date, actions: Mapping[Instrument, tuple[CorporateAction, ...]]) -> None:
        """A list of corporate actions."""
        rows = [
            CorporateActionRow(
                market=one.market, security=one.security, ex_date=action.ex_date, bonus=Decimal(str(action.bonus))
            )
            for one, several in actions.items()
            for action in several
        ]
        await self._say(said("corporate_action", day, rows))

    async def read(self, path: str) -> dict[str, Any]:
        """What the regulator is told."""
        answer = await self.regulator.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def figures(self, *, until: Callable[[dict[str, str | None]], bool]) -> dict[str, str | None]:
        """The market's figures once they are as wanted."""

        async def shown() -> dict[str, str | None]:
            items = (await self.read("/indicators"))["items"]
            return {one["id"]: one["value"] and one["value"]["shown"] for one in items}

        return await eventually(shown, within=WITHIN_S, until=until)

    async def _say(self, events: Iterable[Event]) -> None:
        several = list(events)
        messages = [
            (one.key.encode(), encode(one), _envelope(one, number).headers()) for number, one in enumerate(several, 1)
        ]
        await self._produce(several[0].topic_name, messages)

    async def _produce(self, topic: str, messages: Sequence[Message]) -> None:
        kafka = self.world.addresses.kafka
        producer = AIOKafkaProducer(**client_settings(kafka), acks="all", enable_idempotence=False)
        await producer.start()
        try:
            for key, value, headers in messages:
                await producer.send_and_wait(self.world.topic(topic), value, key=key, partition=0, headers=headers)
        finally:
            await producer.stop()


def _envelope(event: Event, sequence: int) -> Envelope:
    return Envelope(id=str(new_id()), source="/review", type=event.type, time=SAID_AT, sequence=sequence)


def _lowered(environment: Mapping[str, str]) -> dict[str, Any]:
    own = {name.removeprefix("MONITORING_").lower(): value for name, value in environment.items()}
    shared = {name.lower(): value for name, value in environment.items() if not name.startswith("MONITORING_")}
    return shared | own
