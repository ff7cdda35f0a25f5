"""Whatever a request waits for, its client has an answer in time; what is streamed takes as long as it takes."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from fastapi import Request

from chassis.cause import Subject
from chassis.http import CommandCause, QueryCause, Routes, create_application
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer

PLEDGOR = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="p-1")
STEWARD = Subject(user_id="u-2", roles=frozenset({"DS"}))
SECONDS_MAX = 0.2


@dataclass
class Frozen:
    """What does not answer, and takes its time to be given up."""

    closing: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await self.closing.wait()
            self.closed.set()


@pytest.fixture
def frozen() -> Frozen:
    return Frozen()


@pytest.fixture
async def caller(frozen: Frozen) -> AsyncIterator[Caller]:
    routes = Routes(service="test")

    @routes.get("/listings/frozen", operation="listing.read")
    async def read(cause: QueryCause) -> None:
        await frozen.ask()

    @routes.post("/listings", operation="listing.change")
    async def change(request: Request, cause: CommandCause) -> int:
        return len(await request.body())

    @routes.post("/loads", operation="reference_data.load", streaming=True)
    async def load(request: Request, cause: CommandCause) -> str:
        await asyncio.sleep(2 * SECONDS_MAX)
        return "loaded"

    issuer = TokenIssuer()
    app = create_application(
        edge=an_edge(service="test", issuer=issuer), routes=[routes], title="test", answer_seconds_max=SECONDS_MAX
    )
    async with calling(app, issuer) as anonymous:
        yield anonymous.signed_in(PLEDGOR)


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh-CN", "服务暂时不可用，请稍后重试"), ("en", "A service needed for this is unavailable; try again later")],
)
async def test_what_is_not_answered_in_time_is_a_problem(
    caller: Caller, frozen: Frozen, language: str, title: str
) -> None:
    started = time.monotonic()
    answer = await caller.get("/api/v1/listings/frozen", headers={"Accept-Language": language})

    assert (answer.status_code, answer.json()["title"]) == (503, title)
    assert answer.json()["type"] == "urn:pledgeboard:problem:dependency-unavailable"
    assert SECONDS_MAX <= time.monotonic() - started < 5
    # The client was answered before what was given up had come to its end; it comes to it nevertheless.
    assert not frozen.closed.is_set()
    frozen.closing.set()
    async with asyncio.timeout(5):
        await frozen.closed.wait()


async def test_a_slow_sender_waits_for_itself_alone(caller: Caller) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x"
            await asyncio.sleep(SECONDS_MAX / 2)

    answer = await caller.post("/api/v1/listings", content=slowly())

    assert (answer.status_code, answer.json()) == (200, 5)


async def test_a_load_takes_as_long_as_it_takes(caller: Caller) -> None:
    answer = await caller.signed_in(STEWARD).post("/api/v1/loads", content=b"a file")

    assert (answer.status_code, answer.json()) == (200, "loaded")


async def test_who_goes_away_ends_what_was_asked(caller: Caller, frozen: Frozen) -> None:
    frozen.closing.set()
    asked = asyncio.create_task(caller.get("/api/v1/listings/frozen"))
    await asyncio.sleep(SECONDS_MAX / 4)

    asked.cancel()
    await asyncio.wait({asked})

    assert frozen.closed.is_set()
