"""How much one caller may ask in a minute. Where the shared memory is away, each process counts for itself."""

import time
from collections.abc import Callable
from typing import Protocol

from fastapi import Depends, Request, params

from chassis.cause import Subject
from chassis.problems import RateLimited

WINDOW_SECONDS = 60
COUNTED_MAX = 10_000


class Counters(Protocol):
    """Counts under a key; None while the shared memory is away."""

    def key(self, kind: str, *parts: str) -> str:
        """A key that tells nobody whom it is about."""
        ...

    async def count(self, key: str, *, seconds: int) -> int | None:
        """Adds one, and says how far it is."""
        ...


class Limits:
    """A window a minute long, one budget for each login and one for each anonymous address."""

    def __init__(
        self,
        counters: Counters,
        *,
        signed_in: int,
        anonymous: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._counters = counters
        self._signed_in = signed_in
        self._anonymous = anonymous
        self._clock = clock
        self._here: dict[str, int] = {}
        self._window = 0

    async def admit(self, subject: Subject, address: str) -> None:
        """Counts one request.

        Raises:
            RateLimited: the budget of this minute is used up; `retry_after` says how long it lasts.
        """
        window, passed = divmod(int(self._clock()), WINDOW_SECONDS)
        anonymous = "AN" in subject.roles
        who = ("address", address) if anonymous else ("user", subject.user_id)
        key = self._counters.key("limit", *who, str(window))
        counted = await self._counters.count(key, seconds=2 * WINDOW_SECONDS)
        if counted is None:
            counted = self._count_here(key, window)
        if counted > (self._anonymous if anonymous else self._signed_in):
            raise RateLimited(retry_after=WINDOW_SECONDS - passed)

    def _count_here(self, key: str, window: int) -> int:
        if window != self._window or len(self._here) >= COUNTED_MAX:
            self._window, self._here = window, {}
        self._here[key] = self._here.get(key, 0) + 1
        return self._here[key]


def address_of(request: Request) -> str:
    """The address a request came from, as far as it is known."""
    return request.client.host if request.client else "-"


def within(limits: Limits) -> params.Depends:
    """The dependency that counts each request of the gateway's own routes."""

    async def admit(request: Request) -> None:
        await limits.admit(request.state.subject, address_of(request))

    dependency: params.Depends = Depends(admit)
    return dependency
