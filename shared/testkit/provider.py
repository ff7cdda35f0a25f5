"""The local OpenID provider as a process of a test's own, and signing in at it as a client does."""

import base64
import hashlib
import re
import secrets
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx2

from local_stack.members import OpenIdProvider
from local_stack.ports import reserved_port

CALLBACK = "http://127.0.0.1:8080/callback"
CLIENT = "pledgeboard-web"
_READY_WITHIN_S = 20.0
_POLL_S = 0.05
_OK, _FOUND = 200, 302


class RunningProvider:
    """The provider, from entering to leaving; its ready users have the password everybody knows."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pledgeboard-openid-"))
        self._server = OpenIdProvider(folder=self._folder, port=reserved_port(), environment="test")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        """What its tokens name as their issuer."""
        return self._server.issuer

    def code(self, user: str, *, second_factor: bool = False) -> tuple[str, str]:
        """An authorization code of a ready user, and the verifier that belongs to it."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": CALLBACK,
            "scope": "openid profile offline_access",
            "state": secrets.token_hex(8),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        form = {"username": user, "password": "demo", "otp": "123456" if second_factor else ""}
        answer = httpx2.post(f"{self.issuer}/authorize", params=asked, data=form, timeout=10)
        assert answer.status_code == _FOUND, re.sub(r"\s+", " ", answer.text)[:500]
        (code,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
        return code, verifier

    def token(self, user: str, *, second_factor: bool = False) -> str:
        """An access token of a ready user, straight from the provider."""
        code, verifier = self.code(user, second_factor=second_factor)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": CALLBACK,
            "client_id": CLIENT,
        }
        answer = httpx2.post(f"{self.issuer}/token", data=form, timeout=10)
        assert answer.status_code == _OK, answer.text
        return str(answer.json()["access_token"])

    def rotate_keys(self) -> None:
        """Signs with a new key from now on."""
        assert httpx2.post(f"{self.issuer}/keys/rotation", timeout=10).status_code == _OK

    def __enter__(self) -> Self:
        launch = self._server.launch()
        self._process = subprocess.Popen(  # noqa: S603  # our own provider
            launch.argv, env=dict(launch.environment), cwd="/", stdin=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _READY_WITHIN_S
        while not self._server.is_ready():
            assert self._process.poll() is None, "the provider ended"
            assert time.monotonic() < deadline, "the provider is not ready"
            time.sleep(_POLL_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)
