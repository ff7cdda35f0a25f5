"""Dependencies frozen, cut off and slow under running services: every caller has an answer within 5 s.

What is frozen or behind a cut wire accepts connections and says nothing: only a deadline ends the wait for it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
import pytest

from chassis.cause import Subject
from local_stack import ports
from testkit.eventually import eventually
from testkit.platform import Platform
from testkit.provider import accept_terms, access_token
from testkit.proxy import Proxy
from testkit.servers import Servers
from testkit.tokens import TokenIssuer
from testkit.world import World

pytestmark = [pytest.mark.faults, pytest.mark.integration]

ANSWERED_WITHIN_S = 5.0
CALLERS = 25
MINE = "/my/listings?box=published"


@dataclass(frozen=True)
class Answer:
    """One answer, and how long its caller waited for it."""

    response: httpx2.Response
    seconds: float

    @property
    def problem(self) -> str:
        assert self.response.headers["content-type"] == "application/problem+json", self.response.text
        return str(self.response.json()["type"]).removeprefix("urn:pledgeboard:problem:")


@dataclass
class Callers:
    """Clients of one platform, each on a connection of its own."""

    platform: Platform
    token: str
    client: httpx2.AsyncClient

    async def ask(self, base: str, path: str = MINE, *, token: str | None = None, language: str = "zh-CN") -> Answer:
        return await self._timed("GET", base, path, {"Accept-Language": language}, token=token)

    async def draft(self, base: str, key: str) -> Answer:
        return await self._timed("POST", base, "/listings", {"Idempotency-Key": key}, content={"pledgor": {}})

    async def crowd(self, base: str) -> list[Answer]:
        """As many as come at once, some of them with a command."""
        asked = (self.draft(base, f"crowd-{n}") if n % 5 == 0 else self.ask(base) for n in range(CALLERS))
        return await asyncio.gather(*asked)

    async def served(self) -> None:
        """Waits until the gateway serves them again through the service behind it."""

        async def is_served() -> bool:
            return (await self.ask(self.platform.gateway)).response.status_code == httpx2.codes.OK

        await eventually(is_served, within=30, what="callers are served again", every=0.2)

    async def _timed(
        self,
        method: str,
        base: str,
        path: str,
        headers: dict[str, str],
        *,
        token: str | None = None,
        content: object = None,
    ) -> Answer:
        headers |= {"Authorization": f"Bearer {token or self.token}"}
        started = time.monotonic()
        response = await self.client.request(method, f"{base}/api/v1{path}", headers=headers, json=content)
        return Answer(response, time.monotonic() - started)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    made = Servers.start()
    yield made
    made.stop()


@dataclass(frozen=True)
class Network:
    """The wires between the services and what they depend on."""

    postgres: Proxy
    valkey: Proxy
    listing: Proxy


@pytest.fixture(scope="module")
def world(servers: Servers) -> World:
    return servers.world()


@pytest.fixture(scope="module")
def network(world: World) -> Iterator[Network]:
    postgres, valkey = (_port_of(url) for url in (world.database_url, world.addresses.redis_url))
    listing = world.service_ports["listing"].http
    with Proxy(postgres) as to_postgres, Proxy(valkey) as to_valkey, Proxy(listing) as to_listing:
        yield Network(postgres=to_postgres, valkey=to_valkey, listing=to_listing)


@pytest.fixture(scope="module")
def platform(world: World, network: Network) -> Iterator[Platform]:
    through = world.settings("listing")
    made = Platform(
        world,
        services=("listing", "gateway"),
        REQUESTS_PER_MINUTE_SIGNED_IN="10000",  # a crowd of one participant is no flood here
        LISTING_DATABASE_URL=_by_way_of(network.postgres, through["LISTING_DATABASE_URL"]),
        REDIS_URL=_by_way_of(network.valkey, world.addresses.redis_url),
        LISTING_URL=f"http://{ports.HOST}:{network.listing.port}",
    )
    try:
        made.start()
        yield made
    finally:
        made.kill(*made.services)


def _port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


def _by_way_of(proxy: Proxy, url: str) -> str:
    return url.replace(f":{_port_of(url)}/", f":{proxy.port}/")


@pytest.fixture
async def callers(servers: Servers, platform: Platform) -> AsyncIterator[Callers]:
    token = await asyncio.to_thread(access_token, servers.addresses.issuer, "chen-wei")
    async with httpx2.AsyncClient(timeout=30) as client:
        await asyncio.to_thread(accept_terms, platform.gateway, token)
        made = Callers(platform, token, client)
        await made.served()
        yield made


async def test_a_frozen_database_is_named_in_time_to_everyone_who_comes(servers: Servers, callers: Callers) -> None:
    listing, gateway = callers.platform.url("listing"), callers.platform.gateway
    servers.postgres.pause()
    try:
        answers = await callers.crowd(listing)
        english = await callers.ask(listing, language="en")
        passed_on = await callers.crowd(gateway)
    finally:
        servers.postgres.resume()

    assert max(one.seconds for one in (*answers, english, *passed_on)) < ANSWERED_WITHIN_S
    assert {one.response.status_code for one in (*answers, english, *passed_on)} == {503}
    assert {one.problem for one in (*answers, english)} == {"dependency-unavailable"}
    assert {one.problem for one in passed_on} <= {"dependency-unavailable", "neighbour-unavailable"}
    assert answers[0].response.json()["title"] == "服务暂时不可用，请稍后重试"
    assert english.response.json()["title"].startswith("A service needed for this is unavailable")

    # No connection and no place in the pool was lost: a crowd larger than the pool is served as before.
    await callers.served()
    again = await callers.crowd(listing)
    assert {one.response.status_code for one in again} == {200, 201}


async def test_a_frozen_memory_costs_the_door_a_fraction_of_a_second(servers: Servers, callers: Callers) -> None:
    servers.valkey.pause()
    try:
        answers = await callers.crowd(callers.platform.gateway)
    finally:
        servers.valkey.resume()

    assert {one.response.status_code for one in answers} == {200, 201}
    assert max(one.seconds for one in answers) < ANSWERED_WITHIN_S


async def test_a_cut_wire_to_the_database_is_named_in_time_and_mends_by_itself(
    network: Network, callers: Callers
) -> None:
    network.postgres.cut()
    try:
        answers = await callers.crowd(callers.platform.url("listing"))
    finally:
        network.postgres.mend()

    assert {(one.response.status_code, one.problem) for one in answers} == {(503, "dependency-unavailable")}
    assert max(one.seconds for one in answers) < ANSWERED_WITHIN_S
    await callers.served()


async def test_a_cut_wire_to_the_memory_costs_the_door_a_fraction_of_a_second(
    network: Network, callers: Callers
) -> None:
    network.valkey.cut()
    try:
        answers = await callers.crowd(callers.platform.gateway)
    finally:
        network.valkey.mend()

    assert {one.response.status_code for one in answers} == {200, 201}
    assert max(one.seconds for one in answers) < ANSWERED_WITHIN_S


@pytest.mark.parametrize("how", ["slow", "cut off"])
async def test_a_neighbour_that_is_slow_or_cut_off_is_named_in_time(
    how: str, network: Network, callers: Callers
) -> None:
    wire = network.listing
    wire.slow(2 * ANSWERED_WITHIN_S) if how == "slow" else wire.cut()
    try:
        answers = await callers.crowd(callers.platform.gateway)
    finally:
        wire.mend()

    assert {(one.response.status_code, one.problem) for one in answers} == {(503, "neighbour-unavailable")}
    assert max(one.seconds for one in answers) < ANSWERED_WITHIN_S
    await callers.served()


async def test_a_frozen_provider_keeps_out_nobody_whose_key_is_known(servers: Servers, callers: Callers) -> None:
    stranger = TokenIssuer().token(Subject(user_id="stranger", roles=frozenset({"PL"})))
    gateway = callers.platform.gateway
    servers.openid.pause()
    try:
        *unknown, known = await asyncio.gather(
            *(callers.ask(gateway, token=stranger) for _ in range(CALLERS)), callers.ask(gateway)
        )
    finally:
        servers.openid.resume()

    assert known.response.status_code == httpx2.codes.OK
    assert {(one.response.status_code, one.problem) for one in unknown} == {(401, "token-refused")}
    assert max(one.seconds for one in (*unknown, known)) < ANSWERED_WITHIN_S


async def test_a_provider_frozen_before_its_keys_are_known_is_named_in_time(servers: Servers, callers: Callers) -> None:
    callers.platform.kill("listing")
    servers.openid.pause()
    try:
        await asyncio.to_thread(callers.platform.start, "listing")
        answers = await callers.crowd(callers.platform.url("listing"))
    finally:
        servers.openid.resume()

    assert {(one.response.status_code, one.problem) for one in answers} == {(503, "dependency-unavailable")}
    assert max(one.seconds for one in answers) < ANSWERED_WITHIN_S
    await callers.served()
