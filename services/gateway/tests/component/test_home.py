"""A home page is composed of what several services say, and names those that could not."""

from gateway.tests.conftest import Gateway
from gateway.tests.fakes import ANALYST, PLEDGOR, REVIEWER


async def test_a_participants_home_holds_own_listings_the_board_and_notifications(gateway: Gateway) -> None:
    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["parts"].keys() == {"published", "returned", "under_review", "board", "notifications"}
    assert home["parts"]["published"] == {"box": "published", "participant": "P-1"}
    assert home["degraded"] == []


async def test_a_reviewers_home_holds_the_queue_and_nothing_of_the_monitor(gateway: Gateway) -> None:
    home = (await gateway.caller.signed_in(REVIEWER).get("/api/v1/home")).json()

    assert home["parts"].keys() == {"board", "notifications", "review_queue"}
    assert gateway.neighbours.asked("monitoring") == []


async def test_a_neighbour_away_is_named_and_the_rest_stands(gateway: Gateway) -> None:
    gateway.neighbours.away = {"messaging"}

    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["degraded"] == ["messaging"]
    assert "published" in home["parts"]


async def test_even_without_listing_a_participant_has_a_home(gateway: Gateway) -> None:
    gateway.neighbours.away = {"listing"}

    home = (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/home")).json()

    assert home["degraded"] == ["listing"]
    assert home["parts"].keys() == {"notifications"}


async def test_a_read_that_must_leave_a_trace_and_cannot_answers_503(gateway: Gateway) -> None:
    gateway.neighbours.away = {"monitoring"}

    answer = await gateway.caller.signed_in(ANALYST).get("/api/v1/home")

    assert answer.status_code == 503
    assert answer.json()["neighbour"] == "monitoring"


async def test_nobody_signed_in_has_no_home(gateway: Gateway) -> None:
    assert (await gateway.caller.get("/api/v1/home")).status_code == 401
