"""The whole board in memory: real routes, edge, use cases and translators around a store without a database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from chassis.cause import SYSTEM, Cause, Due, Subject
from chassis.kernel import Refusal, new_id
from events.base import Event
from listing.application.commands.apply_registrations import APPLYING, ApplyRegistrations
from listing.application.use_cases import UseCases
from listing.domain.eligibility import Instrument
from listing.domain.registration import Registration
from listing.domain.unit_holds import Holding
from listing.outbox.translation import translate
from listing.tests.builders import NOON
from listing.tests.fakes import FakeListingWork, Store, fake_reading, identify
from listing.tests.harness import Story
from listing.transport.schedule import schedules
from listing.wiring import OwnStandings, all_subscriptions, application
from testkit.fakes import FakeBegin, Journal
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer


@dataclass
class FakeBoard:
    store: Store
    journal: Journal
    use_cases: UseCases
    caller: Caller

    def call(self, subject: Subject | None) -> Caller:
        return self.caller if subject is None else self.caller.signed_in(subject)

    async def hear(self, event: Event) -> None:
        for hears in all_subscriptions(self.use_cases):
            if type(event).type in hears.handlers:
                _, handler = hears.handlers[type(event).type]
                with suppress(Refusal):
                    await handler(event, Cause(subject=SYSTEM, operation=type(event).type))

    async def said(self) -> Sequence[Event]:
        return [event for fact in self.journal.facts for event in translate(fact)]

    async def run_due(self) -> None:
        handlers = {one.kind: one.run for one in schedules(self.use_cases)}
        for (kind, key), due_at in list(self.journal.due.items()):
            if due_at <= self.journal.now:
                due = Due(id=new_id(), kind=kind, key=key, due_at=due_at)
                await handlers[kind](due, Cause(subject=SYSTEM, operation=kind, due=due))

    async def set_now(self, now: datetime) -> None:
        self.journal.now = now

    async def load_holdings(self, day: date, holdings: Sequence[Holding]) -> None:
        self.store.snapshots[day] = list(holdings)

    async def load_securities(self, instruments: Sequence[Instrument]) -> None:
        self.store.instruments = list(instruments)

    async def load_closes(self, day: date, closes: dict[tuple[str, str], Decimal]) -> None:
        self.store.closes_as_of, self.store.closes = day, closes

    async def load_registrations(self, day: date, registrations: Sequence[Registration]) -> None:
        assert day <= self.journal.now.date() + timedelta(days=1)
        snapshot_id = new_id()
        self.store.registrations.snapshots[snapshot_id] = {one.number: one for one in registrations}
        key = ApplyRegistrations(snapshot_id=snapshot_id).key
        self.journal.due[APPLYING, key] = self.journal.now
        await self.run_due()

    def ref(self, subject: Subject) -> str:
        return identify(subject.accounts[0]).account_ref


@pytest.fixture
async def board() -> AsyncIterator[FakeBoard]:
    store, journal, issuer = Store(), Journal(now=NOON), TokenIssuer()
    use_cases = UseCases.build(
        begin=FakeBegin(lambda journal, cause: FakeListingWork(store, journal, cause), journal),
        read_own=fake_reading(store, journal, everything=False),
        read_board=fake_reading(store, journal, everything=True),
        identify=identify,
    )
    edge = an_edge(service="listing", issuer=issuer, standings=OwnStandings(use_cases.ask_standing))
    async with calling(application(use_cases, edge), issuer) as caller:
        yield FakeBoard(store=store, journal=journal, use_cases=use_cases, caller=caller)


@pytest.fixture
async def story(board: FakeBoard) -> Story:
    told = Story(board=board)
    await told.begin()
    return told
