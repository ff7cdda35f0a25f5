"""HTTP towards real sockets on this machine: deadlines, frozen neighbours, streams, broken answers."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from chassis.identity import ProviderMetadata
from chassis.problems import ContentTooLarge
from gateway.application.ports import NeighbourUnavailable, Outgoing, SignInRefused
from gateway.clients import neighbours
from gateway.clients.identity_provider import OpenIdProvider
from gateway.clients.neighbours import HttpNeighbours, NeighbourSession
from gateway.clients.pipelined import PipelinedValkey
from gateway.clients.shared_memory import SharedMemory
from gateway.domain.rate_limits import RateLimit
from gateway.tests.fakes import RedisInMemory


async def echo(request: web.Request) -> web.Response:
    body = await request.read()
    headers = {"ETag": '"3"', "X-Internal": "secret", "Content-Type": "application/json"}
    said = f'{{"path":"{request.raw_path}","size":{len(body)},"traceparent":"{"traceparent" in request.headers}"}}'
    return web.Response(text=said, headers=headers)


async def freeze(request: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


async def go_on_and_on(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(4):
        await response.write(b"x" * 1000)
    return response


async def discovery(request: web.Request) -> web.Response:
    return web.json_response({"token_endpoint": f"http://{request.host}/token"})


async def token(request: web.Request) -> web.Response:
    form = await request.post()
    if form.get("code") == "spent":
        return web.json_response({"error": "invalid_grant"}, status=400)
    if form.get("code") == "broken":
        return web.Response(text="<html>", status=502)
    assert form.get("client_id") == "pledgeboard-web"
    return web.json_response({"access_token": "a", "refresh_token": "r", "expires_in": 300})


@pytest.fixture
async def server() -> AsyncIterator[str]:
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/api/v1/frozen", freeze)
    app.router.add_get("/api/v1/long", go_on_and_on)
    app.router.add_post("/token", token)
    app.router.add_get("/.well-known/openid-configuration", discovery)
    app.router.add_route("*", "/api/v1/{rest:.*}", echo)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[NeighbourSession]:
    opened = NeighbourSession()
    yield opened
    await opened.close()


def asked(target: str, **changes: object) -> Outgoing:
    return Outgoing(**{"neighbour": "listing", "method": "GET", "target": target, **changes})  # type: ignore[arg-type]  # by keyword


class TestNeighbours:
    async def test_the_answer_comes_with_the_headers_clients_may_see(
        self, server: str, session: NeighbourSession
    ) -> None:
        answer = await HttpNeighbours({"listing": server}, session).send(asked("/api/v1/listings?box=a%20b"))

        assert answer.status == 200
        assert b'"/api/v1/listings?box=a%20b"' in bytes(answer.body)  # type: ignore[arg-type]  # not streamed
        assert answer.headers["etag"] == '"3"'
        assert "x-internal" not in answer.headers

    async def test_a_frozen_neighbour_is_given_up_within_the_deadline(
        self, server: str, session: NeighbourSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neighbours, "ANSWER_SECONDS_MAX", 0.2)
        started = time.monotonic()

        with pytest.raises(NeighbourUnavailable):
            await HttpNeighbours({"listing": server}, session).send(asked("/api/v1/frozen"))

        assert time.monotonic() - started < 2

    async def test_nothing_waits_five_seconds(self) -> None:
        assert neighbours.ANSWER_SECONDS_MAX < 5

    async def test_a_neighbour_that_is_not_there_is_unavailable(self, session: NeighbourSession) -> None:
        with pytest.raises(NeighbourUnavailable) as refused:
            await HttpNeighbours({"listing": "http://127.0.0.1:9"}, session).send(asked("/api/v1/listings"))

        assert refused.value.details == {"neighbour": "listing"}

    async def test_an_answer_beyond_all_measure_is_not_held_in_memory(
        self, server: str, session: NeighbourSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neighbours, "ANSWER_BYTES_MAX", 3_999)

        with pytest.raises(NeighbourUnavailable):
            await HttpNeighbours({"listing": server}, session).send(asked("/api/v1/long"))

    async def test_a_streamed_answer_arrives_in_pieces(self, server: str, session: NeighbourSession) -> None:
        answer = await HttpNeighbours({"listing": server}, session).send(asked("/api/v1/long", streaming=True))

        assert not isinstance(answer.body, bytes)
        assert sum([len(chunk) async for chunk in answer.body]) == 4000

    async def test_a_streamed_body_that_grows_too_large_is_the_clients_fault(
        self, server: str, session: NeighbourSession
    ) -> None:
        async def growing() -> AsyncIterator[bytes]:
            yield b"x" * 1000
            raise ContentTooLarge(bytes_max=1000)

        with pytest.raises(ContentTooLarge):
            await HttpNeighbours({"listing": server}, session).send(
                asked("/api/v1/loads", method="POST", body=growing(), streaming=True)
            )


class TestProvider:
    def provider(self, server: str, session: NeighbourSession) -> OpenIdProvider:
        return OpenIdProvider(metadata=ProviderMetadata(server, session), client_id="pledgeboard-web", session=session)

    async def test_a_code_becomes_credentials(self, server: str, session: NeighbourSession) -> None:
        held = await self.provider(server, session).exchange(code="good", verifier="v", redirect_uri="u")

        assert (held.access_token, held.refresh_token, held.expires_in) == ("a", "r", 300)

    async def test_a_spent_code_is_refused(self, server: str, session: NeighbourSession) -> None:
        with pytest.raises(SignInRefused):
            await self.provider(server, session).exchange(code="spent", verifier="v", redirect_uri="u")

    async def test_a_broken_provider_is_unavailable_not_a_refusal(self, server: str, session: NeighbourSession) -> None:
        with pytest.raises(NeighbourUnavailable):
            await self.provider(server, session).exchange(code="broken", verifier="v", redirect_uri="u")

    async def test_a_provider_without_revocation_lets_tokens_run_out(
        self, server: str, session: NeighbourSession
    ) -> None:
        await self.provider(server, session).revoke(refresh_token="r")


class TestMemory:
    async def test_a_dead_memory_answers_nothing_quickly_and_is_left_alone(self) -> None:
        memory = SharedMemory(PipelinedValkey("redis://127.0.0.1:9/0", answer_seconds_max=0.25))
        started = time.monotonic()

        for _ in range(100):
            assert await memory.get("key") is None
            assert await memory.take("key", RateLimit(requests_per_minute=60, burst=1)) is None

        assert time.monotonic() - started < 2
        await memory.close()

    async def test_it_is_tried_again_after_a_while(self) -> None:
        now = [0.0]
        client = RedisInMemory()
        memory = SharedMemory(client, monotonic=lambda: now[0])
        client.away = True
        await memory.put("key", b"1", seconds=60)
        client.away = False

        await memory.put("key", b"2", seconds=60)
        assert client.values == {}
        now[0] = 3.0
        await memory.put("key", b"3", seconds=60)

        assert client.values == {"key": b"3"}
