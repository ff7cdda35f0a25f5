"""Review's way to the provider's certify door: its yes, its no, and its silence."""

from collections.abc import AsyncIterator
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from chassis.failures import Failure, classify
from review.application.access_ports import Certification, NotCertified
from review.clients.identity_provider import CertifyDoor, IdentityProviderAway

ASKED = Certification(
    application_id=UUID(int=9),
    user_id="sun",
    participant_id="p-sun",
    kind="person",
    name="孙丽",
    document_type="id_card",
    document_number="110101199001010011",
)


class Provider:
    """Answers with a status, and keeps what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[tuple[str | None, dict[str, str]]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.headers.get("Authorization"), await request.json()))
        return web.json_response({}, status=self.status)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def door(provider: Provider) -> AsyncIterator[CertifyDoor]:
    app = web.Application()
    app.router.add_post("/certifications", provider.answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield CertifyDoor(url=str(server.make_url("/certifications")), key="key", session=lambda: session)


async def test_p6_3_the_provider_is_told_who_and_for_which_application(door: CertifyDoor, provider: Provider) -> None:
    await door.certify(ASKED)

    ((key, body),) = provider.asked
    assert key == "Bearer key"
    assert (body["application_id"], body["user_id"], body["document_number"]) == (
        str(UUID(int=9)), "sun", "110101199001010011",
    )  # fmt: skip


@pytest.mark.parametrize("status", [404, 409, 422])
async def test_p6_3_its_no_is_a_no(door: CertifyDoor, provider: Provider, status: int) -> None:
    provider.status = status

    with pytest.raises(NotCertified, match=str(status)):
        await door.certify(ASKED)


@pytest.mark.parametrize("status", [401, 500, 503])
async def test_p6_3_a_provider_that_cannot_answer_is_waited_for(
    door: CertifyDoor, provider: Provider, status: int
) -> None:
    provider.status = status

    with pytest.raises(IdentityProviderAway) as away:
        await door.certify(ASKED)

    assert classify(away.value) is Failure.TRANSIENT


async def test_p6_3_so_is_one_that_is_not_there(unused_tcp_port: int) -> None:
    async with aiohttp.ClientSession() as session:
        door = CertifyDoor(url=f"http://127.0.0.1:{unused_tcp_port}/certifications", key="key", session=lambda: session)

        with pytest.raises(IdentityProviderAway):
            await door.certify(ASKED)


async def test_without_a_key_nobody_is_asked() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(IdentityProviderAway, match="CERTIFIER_KEY"):
            await CertifyDoor(url="http://127.0.0.1:9", key=None, session=lambda: session).certify(ASKED)
