"""The follower of books: woken without waiting, several firms at once, one firm never twice at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from chassis.cause import Cause
from monitoring.transport.book_follower import BookFollower
from testkit.eventually import eventually


class Steps:
    """Steps that a firm has left, and who is being valued."""

    def __init__(self, left: dict[str, int], *, failing: int = 0) -> None:
        self.left = left
        self.failing = failing
        self.left_behind: list[str] = []
        self.unreachable = 0
        self.taken: list[str] = []
        self.now: set[str] = set()
        self.overlapped = False
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def step(self, firm_id: str, cause: Cause) -> bool:
        assert not cause.ticket.used
        self.overlapped |= firm_id in self.now
        self.now.add(firm_id)
        self.most_at_once = max(self.most_at_once, len(self.now))
        await self.gate.wait()
        await asyncio.sleep(0)
        self.now.discard(firm_id)
        if self.failing:
            self.failing -= 1
            raise RuntimeError("broken")
        self.taken.append(firm_id)
        self.left[firm_id] = max(0, self.left.get(firm_id, 0) - 1)
        return self.left[firm_id] > 0

    async def unfinished(self) -> list[str]:
        if self.unreachable:
            self.unreachable -= 1
            raise ConnectionError("away")
        found, self.left_behind = self.left_behind, []
        return found


async def seen(state: Callable[[], bool]) -> None:
    async def now() -> bool:
        return state()

    await eventually(now, within=5)


@asynccontextmanager
async def following(steps: Steps, *firms: str) -> AsyncIterator[BookFollower]:
    async def on_board() -> list[str]:
        return list(firms)

    follower = BookFollower(step=steps.step, firms=on_board, unfinished=steps.unfinished, asked_every_s=0.02)
    running = asyncio.create_task(follower.run())
    yield follower
    await follower.stop()
    await running


async def test_at_start_it_takes_up_what_was_left() -> None:
    steps = Steps({"F1": 3, "F2": 1})

    async with following(steps, "F1", "F2"):
        await seen(lambda: steps.taken.count("F1") == 3 and steps.taken.count("F2") == 1)


async def test_waking_never_waits_for_the_valuation() -> None:
    steps = Steps({})
    steps.gate.clear()

    async with following(steps) as follower:
        await asyncio.wait_for(follower.book_changed("F1"), 0.1)
        await seen(lambda: steps.now == {"F1"})
        await asyncio.wait_for(follower.book_changed("F1"), 0.1)
        steps.gate.set()
        await seen(lambda: steps.taken == ["F1", "F1"])

    assert not steps.overlapped


async def test_what_a_process_that_died_left_behind_is_taken_up_without_a_wake() -> None:
    steps = Steps({})

    async with following(steps):
        steps.left["F1"] = 2
        steps.left_behind = ["F1"]

        await seen(lambda: steps.taken == ["F1", "F1"])


async def test_it_asks_again_after_it_could_not() -> None:
    steps = Steps({})
    steps.unreachable = 2
    steps.left_behind = ["F1"]

    async with following(steps):
        await seen(lambda: steps.taken == ["F1"])


async def test_several_firms_go_at_once() -> None:
    steps = Steps({})
    steps.gate.clear()

    async with following(steps, "F1", "F2", "F3"):
        await seen(lambda: len(steps.now) == 2)
        steps.gate.set()
        await seen(lambda: set(steps.taken) == {"F1", "F2", "F3"})

    assert steps.most_at_once == 2


async def test_a_failed_step_is_taken_again_and_said() -> None:
    steps = Steps({}, failing=2)

    async with following(steps, "F1") as follower:
        await seen(lambda: not follower.condition().ok)
        assert "F1: RuntimeError" in follower.condition().detail
        await seen(lambda: steps.taken == ["F1"])
        await seen(lambda: follower.condition().ok)


@pytest.mark.parametrize("firms", [(), ("F1",)])
async def test_it_stops_whether_idle_or_not(firms: tuple[str, ...]) -> None:
    async with following(Steps({}), *firms):
        pass
