"""The certify door: whoever is certified signs in with other claims from then on, also after a restart."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local_idp.application import Provider, create_application
from local_idp.settings import Settings

KEY = "a key between two services"
ASKED: dict[str, Any] = {
    "application_id": "0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b",
    "user_id": "sun-li",
    "participant_id": "P-SUN",
    "kind": "person",
    "name": "孙丽",
    "document_type": "id_card",
    "document_number": "110101199001010011",
}
Make = Callable[..., Provider]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(**settings: Any) -> Provider:
        told = Settings(environment="test", state_dir=tmp_path, **settings)
        return Provider.open(told, "http://127.0.0.1:9")

    return make


@asynccontextmanager
async def door(provider: Provider) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_application(provider))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:9") as client:
        yield client


async def certify(provider: Provider, *, key: str = KEY, **changes: Any) -> httpx2.Response:
    async with door(provider) as client:
        headers = {"Authorization": f"Bearer {key}"}
        return await client.post("/certifications", json=ASKED | changes, headers=headers)


async def test_p6_3_a_certified_applicant_has_a_participants_claims_also_after_a_restart(make: Make) -> None:
    provider = make(certifier_key=KEY)
    before = provider.people["sun-li"].roles

    answer = await certify(provider)

    assert (answer.status_code, before) == (200, ["AP"])
    assert make(certifier_key=KEY).people["sun-li"].claims()["roles"] == ["PL", "LE"]


async def test_p6_3_asked_twice_is_asked_once(make: Make) -> None:
    provider = make(certifier_key=KEY)

    assert [(await certify(provider)).status_code for _ in range(2)] == [200, 200]


async def test_bx6_the_certified_registrant_of_an_institution_is_its_administrator(make: Make) -> None:
    provider = make(certifier_key=KEY)

    await certify(provider, kind="institution")

    assert provider.people["sun-li"].login_function == "administrator"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"user_id": "nobody"}, 404),
        ({"participant_id": "P-CHEN"}, 409),
        ({"kind": "animal"}, 422),
    ],
)
async def test_what_cannot_be_certified_is_refused(make: Make, changes: dict[str, str], status: int) -> None:
    assert (await certify(make(certifier_key=KEY), **changes)).status_code == status


async def test_another_application_certifies_nobody_twice(make: Make) -> None:
    provider = make(certifier_key=KEY)
    await certify(provider)

    assert (await certify(provider, application_id="another")).status_code == 409


@pytest.mark.parametrize(("settings", "key"), [({"certifier_key": KEY}, "wrong"), ({}, ""), ({}, "None")])
async def test_the_door_is_closed_without_the_key(make: Make, settings: dict[str, str], key: str) -> None:
    provider = make(**settings)

    assert (await certify(provider, key=key)).status_code == 401
    assert provider.people["sun-li"].roles == ["AP"]
