"""How much one caller may ask. Where the shared memory is away, each process keeps its own buckets.

That is deliberate: a board that stays open at a limit per process is worth more than an exact limit of a closed one.
"""

import math
import time
from collections.abc import Callable
from datetime import date
from typing import Protocol

from fastapi import Depends, Request, params

from chassis.cause import Subject
from chassis.problems import RateLimited
from gateway.domain.rate_limits import MICROSECONDS, Caller, RateLimit, limit_on, take

COUNTED_MAX = 10_000


class Buckets(Protocol):
    """Buckets under a key; None while the shared memory is away."""

    def key(self, kind: str, *parts: str) -> str:
        """A key that tells nobody whom it is about."""
        ...

    async def take(self, key: str, limit: RateLimit) -> int | None:
        """One request's room: microseconds to wait until there is any, 0 where there was."""
        ...


class Limits:
    """One bucket for each login, and one for each address that is not signed in; their size is dated data.

    `instead` wins over the table, by caller: an operator's setting for a day on which the table is wrong.
    """

    def __init__(
        self,
        buckets: Buckets,
        *,
        instead: dict[Caller, RateLimit] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._buckets = buckets
        self._instead = instead or {}
        self._clock = clock
        self._here: dict[str, int] = {}
        self._table: tuple[date, dict[Caller, RateLimit]] | None = None

    async def admit(self, subject: Subject, address: str) -> None:
        """Takes one request's room.

        Raises:
            RateLimited: there is none; `retry_after` says in how many seconds there is.
        """
        anonymous = "AN" in subject.roles
        limit = self._limit("anonymous" if anonymous else "signed_in")
        who = ("address", address) if anonymous else ("user", subject.user_id)
        key = self._buckets.key("limit", *who)
        wait = await self._buckets.take(key, limit)
        if wait is None:
            wait = self._take_here(key, limit)
        if wait > 0:
            raise RateLimited(retry_after=math.ceil(wait / MICROSECONDS), requests_per_minute=limit.requests_per_minute)

    def _limit(self, caller: Caller) -> RateLimit:
        if caller in self._instead:
            return self._instead[caller]
        today = date.fromtimestamp(self._clock())  # noqa: DTZ012  # a technical limit changes at this machine's midnight
        if self._table is None or self._table[0] != today:
            self._table = (
                today,
                {"anonymous": limit_on(today, "anonymous"), "signed_in": limit_on(today, "signed_in")},
            )
        return self._table[1][caller]

    def _take_here(self, key: str, limit: RateLimit) -> int:
        now = int(self._clock() * MICROSECONDS)
        if len(self._here) >= COUNTED_MAX:
            self._here = {known: full_at for known, full_at in self._here.items() if full_at > now}
        if len(self._here) >= COUNTED_MAX:
            self._here.clear()
        taken = take(limit, full_at=self._here.get(key, 0), now=now)
        self._here[key] = taken.full_at
        return taken.wait


def address_of(request: Request) -> str:
    """The address a request came from, as far as it is known."""
    return request.client.host if request.client else "-"


def within(limits: Limits) -> params.Depends:
    """The dependency that counts each request of the gateway's own routes."""

    async def admit(request: Request) -> None:
        await limits.admit(request.state.subject, address_of(request))

    dependency: params.Depends = Depends(admit)
    return dependency
