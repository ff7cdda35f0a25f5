"""The door while what stands behind it is frozen, killed or emptied: named, within five seconds, never a guess."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
import redis

from testkit.platform import Platform
from testkit.provider import accept_terms, access_token
from testkit.servers import Servers
from testkit.world import World

pytestmark = pytest.mark.integration


@dataclass
class Caller:
    """A participant at the door; every answer comes with the seconds it took."""

    platform: Platform
    token: str

    def get(self, path: str) -> tuple[httpx2.Response, float]:
        started = time.monotonic()
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx2.get(f"{self.platform.gateway}/api/v1{path}", headers=headers, timeout=20)
        return answer, time.monotonic() - started

    def draft(self, key: str) -> tuple[httpx2.Response, float]:
        """A first draft under an Idempotency-Key."""
        started = time.monotonic()
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        answer = httpx2.post(
            f"{self.platform.gateway}/api/v1/listings", json={"pledgor": {}}, headers=headers, timeout=20
        )
        return answer, time.monotonic() - started

    def drafts(self) -> list[str]:
        """The ids of one's own drafts."""
        return [one["id"] for one in self.get("/my/listings?box=drafts")[0].json()["items"]]


@pytest.fixture
def caller(world: World) -> Iterator[Caller]:
    with Platform(world, services=("listing", "messaging", "gateway")) as platform:
        caller = Caller(platform, access_token(world.addresses.issuer, "chen-wei"))
        accept_terms(platform.gateway, caller.token)
        # The interfaces are known and the participant is registered before anything goes wrong.
        assert caller.get("/my/notifications")[0].status_code == 200
        assert caller.get("/my/listings?box=published")[0].status_code == 200
        yield caller


def test_what_goes_wrong_behind_the_door_is_named_in_time(caller: Caller, world: World) -> None:
    an_emptied_memory_changes_nothing(caller, world)
    a_frozen_neighbour_is_named(caller)
    a_killed_neighbour_is_named(caller)


def an_emptied_memory_changes_nothing(caller: Caller, world: World) -> None:
    with redis.Redis.from_url(world.addresses.redis_url) as memory:
        memory.flushdb()

    home, _ = caller.get("/home")

    # Review does not run here, and is named; nothing else is missing.
    assert (home.status_code, home.json()["degraded"]) == (200, ["review"])
    assert home.json()["parts"].keys() >= {"published", "notifications", "board"}


def a_frozen_neighbour_is_named(caller: Caller) -> None:
    caller.platform.freeze("messaging")
    try:
        home, home_seconds = caller.get("/home")
        inbox, inbox_seconds = caller.get("/my/notifications")
    finally:
        caller.platform.resume("messaging")

    assert (home.status_code, home.json()["degraded"]) == (200, ["messaging", "review"])
    assert home.json()["parts"]["published"]["items"] == []
    assert (inbox.status_code, inbox.json()["neighbour"]) == (503, "messaging")
    assert max(home_seconds, inbox_seconds) < 5


def a_killed_neighbour_is_named(caller: Caller) -> None:
    caller.platform.kill("listing")

    own, seconds = caller.get("/my/listings?box=published")

    assert own.status_code == 503
    assert own.json()["type"] == "urn:pledgeboard:problem:neighbour-unavailable"
    assert own.json()["neighbour"] == "listing"
    assert seconds < 5
    assert caller.get("/home")[0].json()["degraded"] == ["listing", "review"]


@pytest.mark.faults
def test_a_command_is_done_once_though_the_memory_is_emptied_killed_and_restarted(own_servers: Servers) -> None:
    world = own_servers.world()
    platform = Platform(world, services=("listing", "gateway"))
    try:
        platform.start()
        caller = Caller(platform, access_token(world.addresses.issuer, "chen-wei"))
        accept_terms(platform.gateway, caller.token)
        a_command_is_done_once(caller, own_servers, world)
    finally:
        platform.kill(*platform.services)


def a_command_is_done_once(caller: Caller, servers: Servers, world: World) -> None:
    first, _ = caller.draft("once")
    assert first.status_code == 201, first.text
    with redis.Redis.from_url(world.addresses.redis_url) as memory:
        # Otherwise the door would not have used it, and emptying it would show nothing.
        assert memory.dbsize() > 0
        memory.flushall()
        emptied, emptied_seconds = caller.draft("once")
        assert memory.dbsize() > 0
    servers.valkey.kill()
    killed, killed_seconds = caller.draft("once")
    servers.valkey.start()
    restarted, restarted_seconds = caller.draft("once")

    for repeated in (emptied, killed, restarted):
        assert (repeated.status_code, repeated.json()) == (201, first.json())
    assert max(emptied_seconds, killed_seconds, restarted_seconds) < 5
    assert caller.drafts() == [first.json()["id"]]
    # The key is what made them one: another key is another draft.
    other, _ = caller.draft("another")
    assert sorted(caller.drafts()) == sorted([first.json()["id"], other.json()["id"]])
