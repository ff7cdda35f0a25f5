"""The flows a client may rely on, and each way of bending them refused."""

import base64
import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from local_idp.application import Provider, create_application
from local_idp.settings import Settings

ISSUER = "http://127.0.0.1:9"
CLIENT = "pledgeboard-web"
CALLBACK = "http://127.0.0.1:51789/callback"


@dataclass(frozen=True)
class Browser:
    http: httpx2.AsyncClient
    provider: Provider

    async def authorize(self, *, verifier: str, **changes: str | None) -> httpx2.Response:
        user = changes.pop("user", None) or "chen-wei"
        otp = changes.pop("otp", None) or ""
        password = changes.pop("password", None) or "demo"
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": CALLBACK,
            "scope": "openid profile offline_access",
            "state": "s-1",
            "nonce": secrets.token_hex(8),
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        query = {name: value for name, value in asked.items() if value is not None}
        form = {"username": user, "password": password, "otp": otp}
        return await self.http.post("/authorize", params=query, data=form)

    async def code(self, verifier: str, **changes: str | None) -> str:
        answer = await self.authorize(verifier=verifier, **changes)
        assert answer.status_code == 302, answer.text
        (code,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
        return code

    async def exchange(self, code: str, verifier: str | None, **changes: str) -> httpx2.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": CLIENT}
        proof = {"code_verifier": verifier} if verifier else {}
        return await self.http.post("/token", data={**form, **proof, **changes})

    async def tokens(self, **changes: str | None) -> dict[str, str]:
        verifier = a_verifier()
        answer = await self.exchange(await self.code(verifier, **changes), verifier)
        assert answer.status_code == 200, answer.text
        held: dict[str, str] = answer.json()
        return held

    async def refresh(self, token: str) -> httpx2.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT}
        return await self.http.post("/token", data=form)

    async def keys(self) -> KeySet:
        return KeySet.import_key_set((await self.http.get("/jwks")).json())


def a_verifier() -> str:
    return secrets.token_urlsafe(48)


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@pytest.fixture
async def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Browser]:
    monkeypatch.setenv("ENVIRONMENT", "test")
    provider = Provider.open(Settings(state_dir=tmp_path), ISSUER)
    transport = httpx2.ASGITransport(app=create_application(provider))
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
        yield Browser(http, provider)


class TestCodeFlow:
    async def test_the_access_token_says_who_and_what(self, browser: Browser) -> None:
        held = await browser.tokens(user="dong-hai-operator")

        claims = jwt.decode(held["access_token"], await browser.keys(), algorithms=["ES256"]).claims
        assert claims["iss"] == ISSUER
        assert claims["aud"] == "pledgeboard"
        assert claims["sub"] == "dong-hai-operator"
        assert claims["roles"] == ["PL", "LE"]
        assert claims["participant"] == "P-DONGHAI"
        assert claims["login_function"] == "operator"
        assert claims["unified_accounts"] == ["180000000051", "180000000052"]
        assert claims["amr"] == ["pwd"]
        assert claims["exp"] > claims["iat"]

    async def test_the_id_token_is_for_the_client(self, browser: Browser) -> None:
        held = await browser.tokens(nonce="n-7")

        claims = jwt.decode(held["id_token"], await browser.keys(), algorithms=["ES256"]).claims
        assert (claims["aud"], claims["nonce"]) == ([CLIENT], "n-7")

    async def test_a_one_time_code_is_a_second_factor(self, browser: Browser) -> None:
        held = await browser.tokens(user="security-shi", otp="123456")

        claims = jwt.decode(held["access_token"], await browser.keys(), algorithms=["ES256"]).claims
        assert claims["amr"] == ["pwd", "otp"]

    @pytest.mark.parametrize("wrong", [{"password": "guess"}, {"otp": "000000"}, {"user": "nobody"}])
    async def test_wrong_credentials_stay_on_the_page(self, browser: Browser, wrong: dict[str, str]) -> None:
        answer = await browser.authorize(verifier=a_verifier(), **wrong)

        assert answer.status_code == 401
        assert "location" not in answer.headers

    async def test_a_code_is_good_once_and_its_second_use_ends_what_came_of_it(self, browser: Browser) -> None:
        verifier = a_verifier()
        code = await browser.code(verifier)
        held = (await browser.exchange(code, verifier)).json()

        again = await browser.exchange(code, verifier)

        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        assert (await browser.refresh(held["refresh_token"])).status_code == 400

    @pytest.mark.parametrize(
        "missing", [{"code_challenge": None}, {"code_challenge_method": None}, {"code_challenge_method": "plain"}]
    )
    async def test_pkce_with_s256_is_required_from_the_start(
        self, browser: Browser, missing: dict[str, str | None]
    ) -> None:
        answer = await browser.authorize(verifier=a_verifier(), **missing)

        assert "code=" not in answer.headers.get("location", "")
        assert "invalid_request" in answer.headers.get("location", "") + answer.text

    @pytest.mark.parametrize("verifier", [None, "x" * 48])
    async def test_a_code_without_its_verifier_is_worth_nothing(self, browser: Browser, verifier: str | None) -> None:
        code = await browser.code(a_verifier())

        assert (await browser.exchange(code, verifier)).status_code == 400

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1:51789/elsewhere",
            "https://attacker.example/callback",
            "http://127.0.0.1.attacker.example/callback",
            "http://user@127.0.0.1:51789/callback",
            "http://127.0.0.1:51789/callback#fragment",
        ],
    )
    async def test_only_loopback_callbacks_are_redirected_to(self, browser: Browser, address: str) -> None:
        answer = await browser.authorize(verifier=a_verifier(), redirect_uri=address)

        assert "location" not in answer.headers

    async def test_the_callback_of_the_exchange_is_that_of_the_request(self, browser: Browser) -> None:
        verifier = a_verifier()
        code = await browser.code(verifier)

        other = await browser.exchange(code, verifier, redirect_uri="http://127.0.0.1:51790/callback")

        assert other.status_code == 400


class TestRefresh:
    async def test_each_use_gives_another_token(self, browser: Browser) -> None:
        held = await browser.tokens()

        renewed = (await browser.refresh(held["refresh_token"])).json()

        assert renewed["refresh_token"] != held["refresh_token"]
        assert (
            jwt.decode(renewed["access_token"], await browser.keys(), algorithms=["ES256"]).claims["sub"] == "chen-wei"
        )

    async def test_a_used_token_that_comes_back_ends_the_family(self, browser: Browser) -> None:
        held = await browser.tokens()
        renewed = (await browser.refresh(held["refresh_token"])).json()

        stolen = await browser.refresh(held["refresh_token"])

        assert stolen.status_code == 400
        assert (await browser.refresh(renewed["refresh_token"])).status_code == 400

    async def test_a_revoked_token_is_no_longer_good(self, browser: Browser) -> None:
        held = await browser.tokens()

        await browser.http.post("/revoke", data={"token": held["refresh_token"], "client_id": CLIENT})

        assert (await browser.refresh(held["refresh_token"])).status_code == 400

    async def test_signing_out_ends_every_chain_of_the_person(self, browser: Browser) -> None:
        held = await browser.tokens()

        await browser.http.get("/logout", headers={"Authorization": f"Bearer {held['access_token']}"})

        assert (await browser.refresh(held["refresh_token"])).status_code == 400


class TestKeys:
    async def test_after_a_rotation_old_tokens_still_verify_and_new_ones_name_the_new_key(
        self, browser: Browser
    ) -> None:
        before = await browser.tokens()

        kid = (await browser.http.post("/keys/rotation")).json()["kid"]
        after = await browser.tokens()

        keys = await browser.keys()
        assert jwt.decode(before["access_token"], keys, algorithms=["ES256"]).claims["sub"] == "chen-wei"
        assert jwt.decode(after["access_token"], keys, algorithms=["ES256"]).header["kid"] == kid

    async def test_keys_outlive_a_restart(self, browser: Browser, tmp_path: Path) -> None:
        restarted = Provider.open(Settings(state_dir=tmp_path), ISSUER)

        assert restarted.keys.published() == browser.provider.keys.published()
        assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


class TestPeople:
    async def test_every_role_has_somebody_ready(self, browser: Browser) -> None:
        users = (await browser.http.get("/users.json")).json()

        held = {role for user in users for role in user["roles"]}
        assert held >= {"AP", "PL", "LE", "RV", "MO", "SU", "AU", "RA", "RS", "DS", "FC", "SA", "SE", "SR"}
        assert len([user for user in users if "RV" in user["roles"]]) >= 2
        assert len([user for user in users if len(user.get("unified_accounts", [])) == 2]) >= 2


class TestWhereItRuns:
    @pytest.mark.parametrize("environment", ["production", "staging", None])
    def test_it_refuses_to_start_elsewhere(self, monkeypatch: pytest.MonkeyPatch, environment: str | None) -> None:
        monkeypatch.delenv("ENVIRONMENT", raising=False)
        if environment:
            monkeypatch.setenv("ENVIRONMENT", environment)

        with pytest.raises(ValueError, match="refuses to start"):
            Settings()

    def test_as_a_process_it_ends_at_once_and_says_why(self, tmp_path: Path) -> None:
        elsewhere = {"PATH": os.environ["PATH"], "ENVIRONMENT": "production", "IDP_STATE_DIR": str(tmp_path / "state")}

        run = subprocess.run(  # our own provider
            [sys.executable, "-m", "local_idp"],
            env=elsewhere,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert run.returncode == 2
        assert "refuses to start where ENVIRONMENT is production" in run.stderr
        assert not (tmp_path / "state").exists()

    def test_it_listens_on_loopback_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ENVIRONMENT", "local")

        with pytest.raises(ValueError, match="loopback"):
            Settings(host="0.0.0.0")  # noqa: S104  # refused
