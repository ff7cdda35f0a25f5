"""Sign in, stay signed in, sign out."""

from gateway.tests.conftest import Gateway

SIGN_IN = {"code": "good", "code_verifier": "v" * 43, "redirect_uri": "http://127.0.0.1:8080/callback"}


async def test_p6_1_signing_in_registers_the_participant_at_once(gateway: Gateway) -> None:
    answer = await gateway.caller.post("/api/v1/session", json=SIGN_IN)

    assert answer.status_code == 201
    assert answer.json()["user"]["participant_id"] == "P-1"
    assert answer.json()["degraded"] == []
    assert [one.target for one in gateway.neighbours.asked("listing")] == ["/api/v1/session/registration"]


async def test_listing_away_does_not_keep_anybody_from_signing_in(gateway: Gateway) -> None:
    gateway.neighbours.away = {"listing"}

    answer = await gateway.caller.post("/api/v1/session", json=SIGN_IN)

    assert (answer.status_code, answer.json()["degraded"]) == (201, ["listing"])


async def test_a_code_the_provider_refuses_opens_nothing(gateway: Gateway) -> None:
    answer = await gateway.caller.post("/api/v1/session", json={**SIGN_IN, "code": "spent"})

    assert answer.status_code == 401
    assert answer.json()["type"].endswith(":sign-in-refused")


async def test_a_sign_in_without_its_proof_is_malformed(gateway: Gateway) -> None:
    answer = await gateway.caller.post("/api/v1/session", json={"code": "good", "redirect_uri": "x"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/code_verifier"


async def test_a_closed_session_cannot_be_renewed(gateway: Gateway) -> None:
    renewed = await gateway.caller.post("/api/v1/session/renewal", json={"refresh_token": "r-1"})
    closed = await gateway.caller.request("DELETE", "/api/v1/session", json={"refresh_token": "r-1"})
    again = await gateway.caller.post("/api/v1/session/renewal", json={"refresh_token": "r-1"})

    assert (renewed.status_code, closed.status_code, again.status_code) == (200, 204, 401)
