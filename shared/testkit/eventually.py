"""Waiting on state, bounded: the only way a test waits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_S = 0.02


async def eventually(
    state: Callable[[], Awaitable[T]],
    *,
    within: float,
    until: Callable[[T], bool] = bool,
    what: str = "",
    every: float = PAUSE_S,
) -> T:
    """Asks for a state until it is as wanted, and returns it; `every` so many seconds, where asking costs much.

    Raises:
        AssertionError: it was not within so many seconds; the last state is in the message.
    """
    deadline = time.monotonic() + within
    while True:
        last = await state()
        if until(last):
            return last
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s{': ' + what if what else ''}; last seen: {last!r}")
        await asyncio.sleep(every)
