"""How much one caller may ask: dated data, and the bucket that is filled at that rate.

The bucket is kept as one number, the moment at which it would be full again (GCRA): one small value per caller.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast, get_args

Caller = Literal["anonymous", "signed_in"]
MICROSECONDS = 1_000_000


class RateLimitsInvalid(ValueError):
    """The table of limits names an unknown caller, no positive rate, or leaves a caller without a limit on a day."""


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """`burst` requests at once, and `requests_per_minute` in the long run. For each login, or each address."""

    requests_per_minute: int
    burst: int

    @property
    def interval(self) -> int:
        """Microseconds in which one request's room comes back."""
        return max(1, 60 * MICROSECONDS // self.requests_per_minute)


class Taken(NamedTuple):
    """Whether there was room, as the microseconds to wait until there is (0: there was), and when it is full again."""

    wait: int
    full_at: int


def take(limit: RateLimit, *, full_at: int, now: int) -> Taken:
    """One request's room out of a bucket that will be full at `full_at`; all in microseconds."""
    starts_at = max(full_at, now)
    wait = starts_at + limit.interval - now - limit.burst * limit.interval
    return Taken(wait, full_at) if wait > 0 else Taken(0, starts_at + limit.interval)


@dataclass(frozen=True, kw_only=True)
class _Row:
    valid_from: date
    caller: Caller
    limit: RateLimit


def limit_on(day: date, caller: Caller, *, table: Sequence[_Row] | None = None) -> RateLimit:
    """The limit in effect on a day.

    Raises:
        RateLimitsInvalid: none is.
    """
    rows = [one for one in (rate_limits() if table is None else table) if one.caller == caller]
    in_effect = [one for one in rows if one.valid_from <= day]
    if not in_effect:
        raise RateLimitsInvalid(f"{caller} has no limit on {day}")
    return max(in_effect, key=lambda one: one.valid_from).limit


@cache
def rate_limits() -> tuple[_Row, ...]:
    """The table as it is shipped."""
    return parse(files("gateway.domain").joinpath("rate_limits.csv").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[_Row, ...]:
    """Reads the table.

    Raises:
        RateLimitsInvalid: a row cannot stand.
    """
    return tuple(_row(number, row) for number, row in enumerate(csv.DictReader(text.splitlines()), 2))


def _row(number: int, row: dict[str, str]) -> _Row:
    rate, burst = int(row["requests_per_minute"]), int(row["burst"])
    if row["caller"] not in get_args(Caller) or rate < 1 or burst < 1 or not row["evidence"]:
        raise RateLimitsInvalid(f"line {number}")
    return _Row(
        valid_from=date.fromisoformat(row["valid_from"]),
        caller=cast("Caller", row["caller"]),
        limit=RateLimit(requests_per_minute=rate, burst=burst),
    )
