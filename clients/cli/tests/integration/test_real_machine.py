"""The command line on a real machine, with the real local provider."""

import json
from pathlib import Path

import httpx2
import pytest

from pledgeboard.__main__ import main
from pledgeboard.identity import IdentityProvider
from pledgeboard.session import TokenStore
from testkit.world import Stack

pytestmark = pytest.mark.integration


def test_a_ready_user_signs_in_and_the_token_is_renewed_once(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLEDGEBOARD_HOME", str(tmp_path))
    users = httpx2.get(f"{stack.issuer}/users.json").json()
    words = ("sign-in", "--user", users[0]["sub"], "--password", users[0]["password"])

    with pytest.raises(SystemExit) as ended:
        main(["--issuer", stack.issuer, *words])

    assert ended.value.code == 0
    kept = TokenStore(tmp_path, "default").read()
    assert kept.is_fresh
    with httpx2.Client() as client:
        assert IdentityProvider(stack.issuer, client).renew(kept).access_token != kept.access_token


def test_a_browser_brings_the_code_back_to_a_loopback_address(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLEDGEBOARD_HOME", str(tmp_path))
    (user, *_) = httpx2.get(f"{stack.issuer}/users.json").json()

    def browse(address: str) -> None:
        """Somebody fills the form in and follows the redirect."""
        form = {"username": user["sub"], "password": user["password"], "otp": ""}
        redirect = httpx2.post(address, data=form).headers["location"]
        assert httpx2.get(redirect).status_code == 200

    monkeypatch.setattr("pledgeboard.commands.sessions.opener", lambda: browse)

    with pytest.raises(SystemExit) as ended:
        main(["--issuer", stack.issuer, "--output", "json", "sign-in", "--browser"])

    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["user"] == user["sub"]
    assert TokenStore(tmp_path, "default").read().is_fresh


def test_doctor_looks_at_the_machine_and_does_not_mind_a_stack_at_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLEDGEBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("PLEDGEBOARD_LOCAL", str(tmp_path / "local"))

    with pytest.raises(SystemExit):
        main(["--output", "json", "--gateway", "http://127.0.0.1:1", "doctor"])

    states = {one["subject"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert states["python"] == "well"
    assert states["gateway"] == "idle"
    assert not (tmp_path / "local" / "state" / "passwords.json").exists()
