"""The command line against a platform that is played by a function."""

import base64
import hashlib
import json
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from pledgeboard.__main__ import main
from pledgeboard.browser import Loopback
from pledgeboard.failures import SignInRefused
from pledgeboard.session import Tokens, TokenStore

GATEWAY, ISSUER = "http://gateway", "http://issuer"
_MADE = {"firm_id": "F001", "username": "firm.F001", "password": "once"}
_LOAD = {"load_id": "L1", "kind": "price", "business_date": "2018-10-15", "revision": 1, "row_count": 1}
_METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "revocation_endpoint": f"{ISSUER}/revoke",
}


class FakePlatform:
    """A gateway and an identity provider that remember what they were asked."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.answers: dict[tuple[str, str], Callable[[httpx2.Request], httpx2.Response]] = {}
        self.challenges: dict[str, str] = {}
        self.answer("GET", f"{ISSUER}/.well-known/openid-configuration", json=_METADATA)
        self.answers["POST", f"{ISSUER}/authorize"] = self._authorize
        self.answers["POST", f"{ISSUER}/token"] = self._token
        self.answer("POST", f"{ISSUER}/revoke", json={})

    def answer(self, method: str, url: str, *, status: int = 200, **content: Any) -> None:
        self.answers[method, url] = lambda _: httpx2.Response(status, **content)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.get((request.method, str(request.url.copy_with(query=None))))
        if answer is None:
            raise httpx2.ConnectError("nobody listens")
        return answer(request)

    def asked(self, path: str) -> httpx2.Request:
        return next(one for one in reversed(self.requests) if one.url.path == path)

    def _authorize(self, request: httpx2.Request) -> httpx2.Response:
        query, form = dict(request.url.params), parse_qs(request.content.decode())
        if form["password"] != ["right"]:
            return httpx2.Response(401)
        self.challenges["code-1"] = query["code_challenge"]
        return httpx2.Response(302, headers={"location": f"{query['redirect_uri']}?code=code-1&state={query['state']}"})

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: value[0] for name, value in parse_qs(request.content.decode()).items()}
        if form["grant_type"] == "authorization_code":
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != self.challenges.pop(form["code"]):
                return httpx2.Response(400, json={"error": "invalid_grant"})
            return httpx2.Response(200, json={"access_token": "a1", "refresh_token": "r1", "expires_in": 300})
        if form["refresh_token"] != "r1":
            return httpx2.Response(400, json={"error": "invalid_grant"})
        return httpx2.Response(200, json={"access_token": "a2", "refresh_token": "r2", "expires_in": 300})


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLEDGEBOARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLEDGEBOARD_URL", GATEWAY)
    monkeypatch.setenv("OIDC_ISSUER", ISSUER)
    monkeypatch.setenv("PLEDGEBOARD_LANGUAGE", "zh-CN")
    return tmp_path / "home"


@pytest.fixture
def signed_in(home: Path) -> TokenStore:
    store = TokenStore(home, "default")
    store.write(Tokens(issuer=ISSUER, access_token="a0", refresh_token="r1", expires_at=time.time() + 300, user="dan"))
    return store


def _run(platform: FakePlatform, *words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words, transport=httpx2.MockTransport(platform))
    return int(ended.value.code or 0)


@pytest.mark.usefixtures("home")
class TestSignIn:
    def test_plays_code_with_pkce_and_keeps_the_tokens_for_the_user_alone(
        self, platform: FakePlatform, home: Path
    ) -> None:
        assert _run(platform, "sign-in", "--user", "dan", "--password", "right", "--one-time-code", "123456") == 0

        assert TokenStore(home, "default").read().access_token == "a1"
        assert stat.S_IMODE((home / "default.json").stat().st_mode) == 0o600
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        asked = platform.asked("/authorize")
        assert dict(asked.url.params)["code_challenge_method"] == "S256"
        assert b"otp=123456" in asked.content

    def test_a_wrong_password_ends_with_3_and_keeps_nothing(
        self, platform: FakePlatform, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run(platform, "sign-in", "--user", "dan", "--password", "wrong") == 3

        assert "用户名、密码或动态口令不正确" in capsys.readouterr().err
        assert not (home / "default.json").exists()

    def test_an_answer_to_another_request_is_not_taken(self, platform: FakePlatform, home: Path) -> None:
        platform.answer(
            "POST", f"{ISSUER}/authorize", status=302, headers={"location": "http://127.0.0.1/callback?code=x&state=y"}
        )

        assert _run(platform, "sign-in", "--user", "dan", "--password", "right") == 3
        assert not (home / "default.json").exists()

    def test_a_redirect_to_another_request_is_passed_over(self) -> None:
        with Loopback() as loopback:
            _browse(loopback.redirect_uri, code="stolen", state="other")
            _browse(loopback.redirect_uri, code="ours", state="mine")

            assert loopback.code(state="mine", within_s=5) == "ours"

    def test_a_provider_that_refuses_in_the_browser_is_quoted(self) -> None:
        with Loopback() as loopback:
            _browse(loopback.redirect_uri, error="access_denied", state="mine")

            with pytest.raises(SignInRefused, match="access_denied"):
                loopback.code(state="mine", within_s=5)

    def test_a_browser_that_never_comes_back_is_not_waited_for_for_ever(self) -> None:
        with Loopback() as loopback, pytest.raises(SignInRefused, match="in time"):
            loopback.code(state="mine", within_s=0.05)

    def test_without_a_user_the_way_out_is_said(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run(platform, "sign-in") == 2
        assert "--browser" in capsys.readouterr().err

    def test_profiles_hold_several_users_at_once(self, platform: FakePlatform, home: Path) -> None:
        for profile in ("one", "two"):
            assert _run(platform, "--profile", profile, "sign-in", "--user", profile, "--password", "right") == 0

        assert TokenStore(home, "one").read().user == "one"
        assert TokenStore(home, "two").read().user == "two"

    def test_signing_out_revokes_and_forgets(self, platform: FakePlatform, signed_in: TokenStore) -> None:
        assert _run(platform, "sign-out") == 0

        assert b"token=r1" in platform.asked("/revoke").content
        assert not signed_in.file.exists()


@pytest.mark.usefixtures("signed_in")
class TestReferenceLoad:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "prices.csv"
        path.write_text("security,close\n600000,10.00\n")
        return path

    def _registered(self, platform: FakePlatform, *states: str) -> None:
        left = iter(states or ["completed"])

        def answer(_: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, json=_LOAD | {"state": next(left)})

        platform.answers["POST", f"{GATEWAY}/api/v1/reference/price/loads"] = answer
        platform.answers["GET", f"{GATEWAY}/api/v1/reference/loads/L1"] = answer

    def test_sends_the_file_and_its_day_and_waits_for_the_snapshot(
        self, platform: FakePlatform, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._registered(platform, "saying", "saying", "completed")

        assert _run(platform, "--output", "json", "reference", "load", "price", str(file), "--date", "2018-10-15") == 0

        asked = platform.asked("/api/v1/reference/price/loads")
        assert asked.headers["authorization"] == "Bearer a0"
        assert b'name="business_date"\r\n\r\n2018-10-15' in asked.content
        assert b"600000,10.00" in asked.content
        assert json.loads(capsys.readouterr().out)["state"] == "completed"

    def test_an_interrupted_load_is_sent_again_under_the_same_key(self, platform: FakePlatform, file: Path) -> None:
        self._registered(platform, "interrupted", "completed")

        assert _run(platform, "reference", "load", "price", str(file), "--date", "2018-10-15") == 0

        sent = [one.headers["idempotency-key"] for one in platform.requests if one.method == "POST"]
        assert len(sent) == 2
        assert sent[0] == sent[1]

    def test_a_load_that_is_late_ends_with_4_and_can_be_gone_on_with(
        self, platform: FakePlatform, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._registered(platform, *["saying"] * 9)
        words = ("reference", "load", "price", str(file), "--date", "2018-10-15", "--wait-seconds", "0.1")

        assert _run(platform, *words) == 4
        assert "重新运行同一命令即可继续" in capsys.readouterr().err

    def test_the_same_file_for_the_same_day_is_the_same_command(self, platform: FakePlatform, file: Path) -> None:
        keys = []
        for day in ("2018-10-15", "2018-10-15", "2018-10-16"):
            self._registered(platform)
            _run(platform, "reference", "load", "price", str(file), "--date", day)
            keys.append(platform.asked("/api/v1/reference/price/loads").headers["idempotency-key"])

        assert keys[0] == keys[1] != keys[2]

    def test_a_malformed_file_ends_with_1_and_names_line_and_column(
        self, platform: FakePlatform, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        problem = {
            "type": "urn:pledgeboard:problem:reference-file-malformed",
            "title": "文件格式有误",
            "errors": [{"pointer": "/lines/2/close", "rule": "BX7", "message": "第 2 行第 8 列不是数字"}],
            "trace_id": "abc",
        }
        platform.answer("POST", f"{GATEWAY}/api/v1/reference/price/loads", status=422, json=problem)

        assert _run(platform, "reference", "load", "price", str(file), "--date", "2018-10-15") == 1

        said = capsys.readouterr().err
        assert "文件格式有误" in said
        assert "/lines/2/close BX7 第 2 行第 8 列不是数字" in said
        assert "abc" in said

    def test_a_program_reads_the_problem_as_json(
        self, platform: FakePlatform, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        platform.answer("POST", f"{GATEWAY}/api/v1/reference/price/loads", status=403, json={"title": "无权操作"})

        assert _run(platform, "--output", "json", "reference", "load", "price", str(file), "--date", "2018-10-15") == 3
        assert json.loads(capsys.readouterr().err) == {"status": 403, "title": "无权操作"}

    def test_an_impossible_day_is_a_wrong_use(self, platform: FakePlatform, file: Path) -> None:
        assert _run(platform, "reference", "load", "price", str(file), "--date", "2018-13-01") == 2
        assert platform.requests == []


class TestOutput:
    @pytest.mark.usefixtures("signed_in")
    @pytest.mark.parametrize("asked", [("--output", "json"), ("--output=json",)])
    def test_may_be_asked_for_behind_the_command_as_well(
        self, asked: tuple[str, ...], platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        platform.answer("GET", f"{GATEWAY}/api/v1/reference/loads/L1", json=_LOAD | {"state": "completed"})

        assert _run(platform, "reference", "status", "L1", *asked) == 0
        assert json.loads(capsys.readouterr().out)["state"] == "completed"


@pytest.mark.usefixtures("home")
class TestTokens:
    def test_one_that_has_run_out_is_renewed_and_kept(self, platform: FakePlatform, signed_in: TokenStore) -> None:
        signed_in.write(Tokens(issuer=ISSUER, access_token="old", refresh_token="r1", expires_at=0, user="dan"))
        platform.answer("GET", f"{GATEWAY}/api/v1/reference/loads/L1", json=_LOAD | {"state": "completed"})

        assert _run(platform, "reference", "status", "L1") == 0

        assert platform.asked("/api/v1/reference/loads/L1").headers["authorization"] == "Bearer a2"
        assert signed_in.read().refresh_token == "r2"

    def test_one_that_cannot_be_renewed_ends_with_3(self, platform: FakePlatform, signed_in: TokenStore) -> None:
        signed_in.write(Tokens(issuer=ISSUER, access_token="old", refresh_token="gone", expires_at=0, user="dan"))

        assert _run(platform, "reference", "status", "L1") == 3

    def test_without_any_the_command_ends_with_3_and_says_what_to_do(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run(platform, "--language", "en", "reference", "status", "L1") == 3
        assert "run pledgeboard sign-in" in capsys.readouterr().err

    def test_a_token_is_in_no_representation(self, signed_in: TokenStore) -> None:
        assert "a0" not in repr(signed_in.read())


_PROPOSALS = {
    "items": [
        {"id": "P3", "firm_id": "F002", "environment": "PROD", "state": "open"},
        {"id": "P2", "firm_id": "F001", "environment": "TEST", "state": "open"},
        {"id": "P1", "firm_id": "F001", "environment": "PROD", "state": "open"},
        {"id": "P0", "firm_id": "F001", "environment": "PROD", "state": "declined"},
    ]
}


@pytest.mark.usefixtures("signed_in")
class TestFirmOnboard:
    def test_proposes_a_firm_with_a_key_that_makes_it_safe_to_repeat(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        platform.answer("POST", f"{GATEWAY}/api/v1/firm-proposals", status=201, json=_PROPOSALS["items"][2])

        assert _run(platform, "firm", "onboard", "F001", "--name", "甲证券") == 0

        asked = platform.asked("/api/v1/firm-proposals")
        assert json.loads(asked.content) == {"firm_id": "F001", "name": "甲证券"}
        assert asked.headers["idempotency-key"]
        assert "P1" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("words", "listed", "decided"),
        [
            (("firm", "approve", "F002"), "firm-proposals", "firm-proposals/P3/approval"),
            (("firm", "decline", "F002", "--reason", "x"), "firm-proposals", "firm-proposals/P3/refusal"),
            (
                ("firm", "credential", "decline", "F001", "--reason", "x"),
                "firm-credentials",
                "firm-credentials/P1/refusal",
            ),
        ],
    )
    def test_decides_the_proposal_that_waits(
        self, platform: FakePlatform, words: tuple[str, ...], listed: str, decided: str
    ) -> None:
        platform.answer("GET", f"{GATEWAY}/api/v1/{listed}", json=_PROPOSALS)
        platform.answer("POST", f"{GATEWAY}/api/v1/{decided}", json={"status": "active"})

        assert _run(platform, *words) == 0
        assert platform.asked(f"/api/v1/{decided}").headers["idempotency-key"]

    def test_a_firm_that_nobody_proposed_cannot_be_decided(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        platform.answer("GET", f"{GATEWAY}/api/v1/firm-proposals", json=_PROPOSALS)

        assert _run(platform, "firm", "approve", "F009") == 2
        assert "F009" in capsys.readouterr().err


@pytest.mark.usefixtures("signed_in")
class TestFirmCredential:
    def test_is_proposed_for_one_environment(self, platform: FakePlatform) -> None:
        path = f"{GATEWAY}/api/v1/firms/F001/credentials"
        platform.answer("POST", path, status=201, json=_PROPOSALS["items"][1])

        assert _run(platform, "firm", "credential", "propose", "F001", "--environment", "TEST") == 0
        assert json.loads(platform.asked("/api/v1/firms/F001/credentials").content) == {"environment": "TEST"}

    def test_is_shown_with_the_word_that_it_is_the_only_time(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        platform.answer("GET", f"{GATEWAY}/api/v1/firm-credentials", json=_PROPOSALS)
        platform.answer("POST", f"{GATEWAY}/api/v1/firm-credentials/P1/approval", json=_MADE)

        assert _run(platform, "firm", "credential", "approve", "F001") == 0

        said = capsys.readouterr()
        assert "password: once" in said.out
        assert "只出示这一次" in said.err

    def test_a_repeated_request_is_told_that_the_password_was_shown(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        issued = {"id": "P1", "firm_id": "F001", "environment": "PROD", "state": "approved"}
        platform.answer("GET", f"{GATEWAY}/api/v1/firm-credentials", json={"items": [issued]})
        platform.answer("POST", f"{GATEWAY}/api/v1/firm-credentials/P1/approval", json=_MADE | {"password": None})

        assert _run(platform, "firm", "credential", "approve", "F001", "--idempotency-key", "k") == 0

        said = capsys.readouterr()
        assert "password" not in said.out
        assert "不再显示" in said.err

    def test_is_written_to_a_private_file_instead(
        self, platform: FakePlatform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        platform.answer("GET", f"{GATEWAY}/api/v1/firm-credentials", json=_PROPOSALS)
        platform.answer("POST", f"{GATEWAY}/api/v1/firm-credentials/P1/approval", json=_MADE)
        file = tmp_path / "f001.json"
        words = ("firm", "credential", "approve", "F001", "--credentials-file", str(file))

        assert _run(platform, *words) == 0
        assert _run(platform, *words) == 2

        assert "once" not in capsys.readouterr().out
        assert json.loads(file.read_text()) == _MADE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("home")
class TestDoctor:
    def test_an_unreachable_platform_is_ill_and_a_missing_sign_in_is_not(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run(platform, "--output", "json", "doctor") == 1
        assert _states(capsys) == {"gateway": "ill", "identity provider": "well", "sign-in": "idle"}

        platform.answer("GET", f"{GATEWAY}/api/v1/openapi.json", json={"paths": {"/x": {}}})
        assert _run(platform, "--output", "json", "doctor") == 0
        assert _states(capsys)["gateway"] == "well"

    @pytest.mark.usefixtures("signed_in")
    def test_an_unreachable_gateway_ends_a_command_with_4(
        self, platform: FakePlatform, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run(platform, "reference", "status", "L1") == 4
        assert GATEWAY in capsys.readouterr().err


def _states(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    return {one["subject"]: one["state"] for one in json.loads(capsys.readouterr().out)}


def _browse(redirect_uri: str, **query: str) -> None:
    assert httpx2.get(redirect_uri, params=query).status_code == 200
