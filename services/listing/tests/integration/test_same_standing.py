"""How a login stands is asked of the database in one statement: it says what the domain says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause, Subject
from listing.application.queries.ask_standing import AskStanding
from listing.persistence import tables
from listing.tests.builders import NOON
from listing.tests.component.test_institution import ADMINISTRATOR, CLERK, disable, invite
from listing.tests.component.test_terms import TUESDAY
from listing.tests.fakes import a_text
from listing.tests.harness import APPLICANT, VIEWER, ZHANG, Story
from listing.tests.integration.conftest import RealBoard

pytestmark = pytest.mark.integration
LOGINS = (ZHANG, VIEWER, APPLICANT, ADMINISTRATOR, CLERK)


def cause_of(subject: Subject) -> Cause:
    return Cause(subject=subject, operation="session.own")


async def test_the_board_says_the_same_on_real_tables(story: Story, board: RealBoard) -> None:
    for one in (APPLICANT, VIEWER):
        await story.sign_in(one)
    await story.enter(ADMINISTRATOR)
    await invite(story, "clerk", "operator")
    await story.enter(CLERK)
    stands = {one.user_id: await board.use_cases.ask_standing(AskStanding(), cause_of(one)) for one in LOGINS}
    await disable(story, "clerk")
    left = await board.use_cases.ask_standing(AskStanding(), cause_of(CLERK))

    assert {name: (s.no_access, s.function, s.ended, set(s.unaccepted)) for name, s in stands.items() if s} == {
        "zhang": (None, None, False, set()),
        "viewer": (None, None, False, {"guide", "privacy"}),
        "wang": ("no_securities_account", None, False, {"guide", "privacy"}),
        "administrator": (None, None, False, set()),
        "clerk": (None, "operator", False, set()),
    }
    assert left
    assert left.ended
    await a_new_version_is_asked_for_on_its_day(story, board)


@asynccontextmanager
async def the_owners_connection(board: RealBoard) -> AsyncIterator[AsyncConnection]:
    async with board.administrator.begin() as connection:
        await connection.execute(text("set local search_path = listing"))
        yield connection


async def a_new_version_is_asked_for_on_its_day(story: Story, board: RealBoard) -> None:
    guide = vars(a_text("guide", "2", TUESDAY))
    async with the_owners_connection(board) as connection:
        await connection.execute(insert(tables.legal_text).values(guide))
    try:
        before = await board.call(ZHANG).get("/api/v1/listings")
        await board.set_now(NOON + timedelta(days=1))
        after = await board.call(ZHANG).get("/api/v1/listings")
        await story.accept(ZHANG, "guide", "2")
        accepted = await board.call(ZHANG).get("/api/v1/listings")
    finally:
        async with the_owners_connection(board) as connection:
            await connection.execute(delete(tables.legal_acceptance))
            await connection.execute(tables.legal_text.delete().where(tables.legal_text.c.version == "2"))

    assert [one.status_code for one in (before, after, accepted)] == [200, 403, 200]
