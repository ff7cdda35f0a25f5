"""The door asks listing how a login stands, and remembers for a moment what is well."""

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest

from chassis.standing import Standing
from gateway.application.ports import Incoming, NeighbourUnavailable, Outgoing
from gateway.clients.standings import ANSWER_SECONDS_MAX, LEFT_ALONE_SECONDS, REMEMBERED_SECONDS, ListingStandings
from gateway.tests.conftest import Gateway
from gateway.tests.fakes import PLEDGOR, RedisInMemory, a_memory

WELL: dict[str, Any] = {
    "known": True,
    "no_access": None,
    "status": "active",
    "function": None,
    "ended": False,
    "unaccepted": [],
}
NOTHING_ACCEPTED = WELL | {"unaccepted": ["guide", "privacy"]}
BEARER = "Bearer token"


@dataclass
class Listing:
    """Says what it is told to; `registers` makes an unknown login known."""

    says: dict[str, Any] = field(default_factory=lambda: dict(WELL))
    status: int = 200
    away: bool = False
    asked: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Incoming:
        self.asked.append(outgoing.method)
        assert outgoing.headers["authorization"] == BEARER
        if self.away:
            raise NeighbourUnavailable(neighbour="listing")
        if outgoing.method == "POST":
            self.says = NOTHING_ACCEPTED
        return Incoming(status=self.status, headers={}, body=msgspec.json.encode(self.says))


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listing() -> Listing:
    return Listing()


@pytest.fixture
def standings(listing: Listing, clock: Clock) -> ListingStandings:
    return ListingStandings(listing, a_memory(RedisInMemory()), monotonic=clock)


async def test_what_is_well_is_asked_once_in_a_while(
    standings: ListingStandings, listing: Listing, clock: Clock
) -> None:
    assert await standings.of(PLEDGOR, BEARER) == Standing()
    clock.now = REMEMBERED_SECONDS - 1
    await standings.of(PLEDGOR, BEARER)

    assert listing.asked == ["GET"]
    assert REMEMBERED_SECONDS <= 60  # BX6: a leaver's sessions end within a minute


async def test_p4_5_what_is_not_well_is_asked_anew_so_that_an_acceptance_opens_the_next_request(
    standings: ListingStandings, listing: Listing
) -> None:
    listing.says = NOTHING_ACCEPTED
    before = await standings.of(PLEDGOR, BEARER)
    listing.says = WELL

    assert before == Standing(unaccepted=frozenset({"guide", "privacy"}))
    assert await standings.of(PLEDGOR, BEARER) == Standing()


async def test_p6_2_a_login_nobody_knows_yet_is_registered_first(standings: ListingStandings, listing: Listing) -> None:
    listing.says = {"known": False}

    assert await standings.of(PLEDGOR, BEARER) == Standing(unaccepted=frozenset({"guide", "privacy"}))
    assert listing.asked == ["GET", "POST", "GET"]


async def test_bx6_a_login_listing_no_longer_admits_is_over(standings: ListingStandings, listing: Listing) -> None:
    listing.status, listing.says = 401, {"type": "urn:pledgeboard:problem:login-ended"}

    assert await standings.of(PLEDGOR, BEARER) == Standing(ended=True)


async def test_without_listing_the_tokens_word_stands_and_nobody_waits_twice(
    standings: ListingStandings, listing: Listing, clock: Clock
) -> None:
    listing.away = True

    assert await standings.of(PLEDGOR, BEARER) is None
    assert await standings.of(PLEDGOR, BEARER) is None
    assert listing.asked == ["GET"]
    clock.now = LEFT_ALONE_SECONDS
    listing.away = False
    assert await standings.of(PLEDGOR, BEARER) == Standing()
    assert ANSWER_SECONDS_MAX < 1


async def test_p4_5_the_door_itself_refuses_who_has_not_accepted(gateway: Gateway) -> None:
    newcomer = replace(PLEDGOR, user_id="u-newcomer")

    refused = await gateway.caller.signed_in(newcomer).get("/api/v1/listings")
    own = await gateway.caller.signed_in(newcomer).get("/api/v1/my/notifications")

    assert (refused.status_code, refused.json()["missing"]) == (403, ["guide"])
    assert own.status_code == 200


async def test_p6_3_access_appears_at_the_door_without_a_new_sign_in(gateway: Gateway) -> None:
    applicant = replace(PLEDGOR, roles=frozenset({"AP"}))  # so the token still says

    await gateway.caller.signed_in(applicant).get("/api/v1/listings")

    assert "/api/v1/listings" in [one.target for one in gateway.neighbours.asked("listing", "GET")]
