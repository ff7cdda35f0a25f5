"""Buckets: a burst at once, then the rate; and the dated table they are made of."""

from datetime import date

import pytest

from gateway.domain.rate_limits import RateLimit, RateLimitsInvalid, limit_on, parse, rate_limits, take

LIMIT = RateLimit(requests_per_minute=60, burst=3)
SECOND = 1_000_000
HEADER = "valid_from,caller,requests_per_minute,burst,evidence\n"


def taken_at(*moments: int) -> list[int]:
    """What each request had to wait, asked at these moments."""
    full_at, waits = 0, []
    for now in moments:
        wait, full_at = take(LIMIT, full_at=full_at, now=now)
        waits.append(wait)
    return waits


def test_a_burst_is_admitted_at_once_and_what_follows_at_the_rate() -> None:
    start = 1_000 * SECOND

    assert taken_at(*[start] * 3) == [0, 0, 0]
    assert taken_at(*[start] * 4, start + SECOND, start + SECOND) == [0, 0, 0, SECOND, 0, SECOND]


def test_a_refused_request_costs_nothing() -> None:
    start = 1_000 * SECOND

    assert taken_at(*[start] * 3, *[start] * 50, start + SECOND)[-1] == 0


def test_a_quiet_caller_has_the_whole_burst_again_and_no_more() -> None:
    later = 2_000 * SECOND

    assert taken_at(*[1_000 * SECOND] * 3, *[later] * 4)[3:] == [0, 0, 0, SECOND]


def test_the_table_is_read_by_the_day() -> None:
    table = parse(HEADER + "2026-01-01,anonymous,60,5,judgement\n2026-07-01,anonymous,30,5,judgement\n")

    assert limit_on(date(2026, 6, 30), "anonymous", table=table).requests_per_minute == 60
    assert limit_on(date(2026, 7, 1), "anonymous", table=table).requests_per_minute == 30
    with pytest.raises(RateLimitsInvalid):
        limit_on(date(2025, 12, 31), "anonymous", table=table)


@pytest.mark.parametrize(
    "row", ["2026-01-01,nobody,60,5,judgement", "2026-01-01,anonymous,0,5,judgement", "2026-01-01,anonymous,60,5,"]
)
def test_a_row_that_cannot_stand_is_refused(row: str) -> None:
    with pytest.raises(RateLimitsInvalid, match="line 2"):
        parse(HEADER + row)


def test_every_caller_has_a_limit_with_its_evidence() -> None:
    assert {one.caller for one in rate_limits()} == {"anonymous", "signed_in"}
