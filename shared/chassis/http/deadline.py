"""An answer in time: whatever a request waits for, its client is told within the deadline that it is not to be had."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Below what the gateway gives a neighbour, so that the neighbour's own word arrives first; below 5 s with both.
ANSWER_SECONDS_MAX = 3.5
_KEY = "pledgeboard.deadline"

TooLate = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Deadline:
    """When one request has to be answered. What its client sends moves it: a slow sender waits for nobody but itself.

    An answer that has begun, and one whose body is streamed, have none.
    """

    seconds: float
    at: float | None

    def move(self) -> None:
        """The client has sent something: the time begins anew."""
        if self.at is not None:
            self.at = asyncio.get_running_loop().time() + self.seconds

    def lift(self) -> None:
        """The time is up to whoever answers."""
        self.at = None

    def left(self) -> float | None:
        """Seconds that are left, or None where there is no end."""
        return None if self.at is None else max(0.0, self.at - asyncio.get_running_loop().time())


def lift_deadline(scope: Scope) -> None:
    """For a request that is a stream: it takes as long as its content does, within deadlines of its own."""
    deadline = scope.get(_KEY)
    if isinstance(deadline, Deadline):
        deadline.lift()


class AnsweredInTime:
    """Answers with `too_late` what has not begun to answer in time.

    What was running is cancelled, and its end is not waited for: closing a connection to a frozen server takes its
    time, too. A transaction that was in flight is rolled back, or was committed: the client repeats with its key.
    """

    def __init__(self, app: ASGIApp, *, seconds: float, too_late: TooLate) -> None:
        self._app = app
        self._seconds = seconds
        self._too_late = too_late
        self._given_up: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, within its deadline."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = Deadline(self._seconds, asyncio.get_running_loop().time() + self._seconds)
        scope[_KEY] = deadline
        answering = asyncio.create_task(self._answer(scope, receive, send, deadline))
        if await _ended(answering, deadline):
            await answering
            return
        self._give_up(answering)
        await self._too_late(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, deadline: Deadline) -> None:
        this = asyncio.current_task()

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                deadline.move()
            return message

        async def sending(message: Message) -> None:
            if this in self._given_up:
                return  # the client has its answer
            deadline.lift()
            await send(message)

        await self._app(scope, receiving, sending)

    def _give_up(self, answering: asyncio.Task[None]) -> None:
        self._given_up.add(answering)
        answering.add_done_callback(self._forget)
        answering.cancel()

    def _forget(self, answering: asyncio.Task[None]) -> None:
        self._given_up.discard(answering)
        if not answering.cancelled():
            answering.exception()  # looked at, so that nobody misses it: the client was told already


async def _ended(answering: asyncio.Task[None], deadline: Deadline) -> bool:
    """Waits for the end of the answer or of its time, whichever is first; ends the answer when nobody waits for it."""
    try:
        while not answering.done():
            left = deadline.left()
            if left == 0:
                return False
            await asyncio.wait({answering}, timeout=left)
    except asyncio.CancelledError:
        answering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await answering
        raise
    return True
