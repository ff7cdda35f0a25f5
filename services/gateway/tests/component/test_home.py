"""A home page is composed of what several services say, and names those that could not."""

import time

import pytest

from gateway.application.queries import compose_home
from gateway.tests.conftest import Gateway
from gateway.tests.fakes import ANALYST, PLEDGOR, REVIEWER


async def test_a_participants_home_holds_own_listings_the_board_and_notifications(gateway: Gateway) -> None:
    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["parts"].keys() == {
        *("published", "returned", "under_review", "drafts"),
        *("board", "notifications", "conversations", "notices"),
    }
    assert home["parts"]["published"] == {"box": "published", "limit": "10", "participant": "P-1"}
    assert home["parts"]["conversations"] == {"unread": 2}
    assert home["degraded"] == []


async def test_a_reviewers_home_holds_the_queue_and_nothing_of_the_monitor(gateway: Gateway) -> None:
    home = (await gateway.caller.signed_in(REVIEWER).get("/api/v1/home")).json()

    assert home["parts"].keys() == {"board", "notifications", "review_queue"}
    assert gateway.neighbours.asked("monitoring") == []


async def test_an_analysts_home_holds_indicators_alerts_and_every_firms_intake(gateway: Gateway) -> None:
    home = (await gateway.caller.signed_in(ANALYST).get("/api/v1/home")).json()

    assert home["parts"].keys() == {"notifications", "alerts", "indicators", "firms", "intake"}
    assert home["parts"]["indicators"] == {"as_of": "2026-03-31"}
    assert [one["firm_id"] for one in home["parts"]["intake"]["items"]] == ["F001", "F002"]
    assert [one.target for one in gateway.neighbours.asked("listing")] == []


async def test_parts_wait_together_and_not_one_after_the_other(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose_home, "PART_SECONDS_MAX", 0.3)
    await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")
    gateway.neighbours.frozen = {"messaging", "review"}
    started = time.monotonic()

    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["degraded"] == ["messaging", "review"]
    assert "published" in home["parts"]
    assert time.monotonic() - started < 1


async def test_a_neighbour_away_is_named_and_the_rest_stands(gateway: Gateway) -> None:
    gateway.neighbours.away = {"messaging"}

    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["degraded"] == ["messaging"]
    assert "published" in home["parts"]


async def test_even_without_listing_a_participant_has_a_home(gateway: Gateway) -> None:
    gateway.neighbours.away = {"listing"}

    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["degraded"] == ["listing"]
    assert home["parts"].keys() == {"notifications", "conversations", "notices"}


async def test_a_read_that_must_leave_a_trace_and_cannot_answers_503(gateway: Gateway) -> None:
    gateway.neighbours.away = {"monitoring"}

    answer = await gateway.caller.signed_in(ANALYST).get("/api/v1/home")

    assert answer.status_code == 503
    assert answer.json()["neighbour"] == "monitoring"


async def test_nobody_signed_in_has_no_home(gateway: Gateway) -> None:
    assert (await gateway.caller.get("/api/v1/home")).status_code == 401
