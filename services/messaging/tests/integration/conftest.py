"""Messaging on a real database: its HTTP interface in memory, the people and listings of two sides heard of."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.cause import SYSTEM, Cause, Subject
from chassis.clock import ClockSetting
from chassis.database import Database, DatabaseSettings, async_url
from messaging.application.commands.follow_listing import FollowListing
from messaging.application.commands.note_listing import NoteListing
from messaging.application.commands.note_user import NoteUser
from messaging.application.use_cases import UseCases
from messaging.domain.board_listing import Area
from messaging.persistence import tables
from messaging.tests.builders import BANK, BANK_COLLEAGUE, BANKS_LISTING, CHEN, CHENS_LISTING
from messaging.wiring import application, use_cases_on
from testkit.fakes import MONDAY
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import Stack, World

API = "/api/v1"


@pytest.fixture(scope="package")
def shared_world(stack: Stack) -> Iterator[World]:
    """One world for all these tests: each begins with empty tables."""
    made = World.create(stack)
    yield made
    made.remove()


@pytest.fixture
async def database(shared_world: World) -> AsyncIterator[Database]:
    named = shared_world.settings("messaging")
    await _empty(named["MESSAGING_OWNER_DATABASE_URL"])
    settings = DatabaseSettings(
        url=named["MESSAGING_DATABASE_URL"], schema="messaging", application_name="messaging.test"
    )
    opened = Database.open(settings, clock=ClockSetting(environment="test"))
    yield opened
    await opened.close()


async def _empty(owner_url: str) -> None:
    owner = create_async_engine(async_url(owner_url))
    async with owner.begin() as connection:
        named = ", ".join(f"messaging.{one}" for one in sorted(tables.metadata.tables))
        await connection.execute(text(f"truncate {named}"))
    await owner.dispose()


@pytest.fixture
async def use_cases(database: Database) -> UseCases:
    return use_cases_on(database)


def a_cause(subject: Subject = SYSTEM) -> Cause:
    return Cause(subject=subject, operation="conversation.own")


@dataclass
class RealTalk:
    """Two sides on a real database."""

    database: Database
    use_cases: UseCases
    caller: Caller

    def as_(self, subject: Subject) -> Caller:
        """Somebody calls."""
        return self.caller.signed_in(subject)

    async def opened(self, *, by: Subject = BANK, listing: object = CHENS_LISTING) -> str:
        """A conversation about a listing."""
        answer = await self.as_(by).post(f"{API}/conversations", json={"listing_id": str(listing)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def rows(self, query: str) -> list[Any]:
        """What the administrator sees in the schema's own tables (row security answers for everybody else)."""
        async with self.database.engine.connect() as connection:
            await connection.execute(text("select set_config('pledgeboard.scope', 'all', true)"))
            return [tuple(row) for row in await connection.execute(text(query))]


@pytest.fixture
async def talk(database: Database, use_cases: UseCases) -> AsyncIterator[RealTalk]:
    await _heard(use_cases)
    issuer = TokenIssuer()
    app = application(use_cases, an_edge(service="messaging", issuer=issuer))
    async with calling(app, issuer) as caller:
        yield RealTalk(database, use_cases, caller)


async def _heard(use_cases: UseCases) -> None:
    people = (CHEN, BANK, BANK_COLLEAGUE)
    for one in people:
        user = NoteUser(participant_id=one.participant_id or "", user_id=one.user_id, function="operator")
        await use_cases.note_user(user, a_cause())
    listings: tuple[tuple[Any, str, Area], ...] = (
        (CHENS_LISTING, "P-CHEN", "pledgor"),
        (BANKS_LISTING, "P-BANK", "pledgee"),
    )
    far = (MONDAY + timedelta(days=36500)).date()
    for listing_id, owner, area in listings:
        await use_cases.note_listing(NoteListing(listing_id=listing_id, participant_id=owner, area=area), a_cause())
        published = FollowListing(listing_id=listing_id, state="open", valid_until=far)
        await use_cases.follow_listing(published, a_cause())
