"""Signing in: authorization code with PKCE (RFC 7636), played without a browser for local users."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from pledgeboard.browser import Loopback
from pledgeboard.failures import NotSignedIn, SignInRefused, Unreachable
from pledgeboard.languages import Text
from pledgeboard.session import Tokens

_CLIENT_ID = "pledgeboard-web"
# Nobody listens there: the redirect is read, not followed.
_REDIRECT = "http://127.0.0.1/callback"
_SCOPE = "openid profile offline_access"
_TIMEOUT_S = 10


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What a person types into the provider's form."""

    user: str
    password: str
    one_time_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One authorization request, and what proves later that it was ours."""

    metadata: dict[str, Any]
    query: dict[str, str]
    verifier: str

    @property
    def endpoint(self) -> str:
        return str(self.metadata["authorization_endpoint"])


class IdentityProvider:
    """An OpenID provider, by its issuer."""

    def __init__(self, issuer: str, client: httpx2.Client) -> None:
        self.issuer = issuer.rstrip("/")
        self._client = client

    def metadata(self) -> dict[str, Any]:
        """The discovery document.

        Raises:
            Unreachable: nobody answers with one.
        """
        response = self._send("GET", f"{self.issuer}/.well-known/openid-configuration")
        if response.status_code != httpx2.codes.OK:
            raise Unreachable(self.issuer, f"HTTP {response.status_code}")
        found: dict[str, Any] = response.json()
        return found

    def sign_in(self, credentials: Credentials) -> Tokens:
        """Plays the browser: the form is sent, the code is read from the redirect and exchanged.

        Raises:
            SignInRefused: user, password or code is wrong.
            Unreachable: the provider does not answer.
        """
        asked = self._asked(_REDIRECT)
        form = {"username": credentials.user, "password": credentials.password}
        if credentials.one_time_code:
            form["otp"] = credentials.one_time_code
        answer = self._send("POST", asked.endpoint, params=asked.query, data=form)
        return self._exchanged(asked, _code(answer, asked.query["state"]), credentials.user)

    def sign_in_by_browser(self, open_address: Callable[[str], object]) -> Tokens:
        """Lets the user's own browser speak with the provider, whatever that asks for; the code comes to a loopback.

        Raises:
            SignInRefused: the provider refused, or nobody came back.
            Unreachable: the provider does not answer.
        """
        with Loopback() as loopback:
            asked = self._asked(loopback.redirect_uri)
            open_address(f"{asked.endpoint}?{urlencode(asked.query)}")
            return self._exchanged(asked, loopback.code(state=asked.query["state"]), user="")

    def _asked(self, redirect_uri: str) -> "_Asked":
        metadata = self.metadata()
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": _CLIENT_ID,
            "redirect_uri": redirect_uri,
            "scope": _SCOPE,
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _Asked(metadata=metadata, query=query, verifier=verifier)

    def _exchanged(self, asked: "_Asked", code: str, user: str) -> Tokens:
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": asked.verifier,
            "redirect_uri": asked.query["redirect_uri"],
        }
        return self._tokens(asked.metadata, grant, user)

    def renew(self, tokens: Tokens) -> Tokens:
        """Exchanges the refresh token for new tokens; the old one is used up.

        Raises:
            NotSignedIn: there is none, or the provider no longer honours it.
        """
        if tokens.refresh_token is None:
            raise NotSignedIn
        grant = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        try:
            return self._tokens(self.metadata(), grant, tokens.user)
        except SignInRefused as refused:
            raise NotSignedIn from refused

    def revoke(self, tokens: Tokens) -> None:
        """Ends the session at the provider too."""
        endpoint = self.metadata().get("revocation_endpoint")
        if endpoint and tokens.refresh_token:
            self._send("POST", endpoint, data={"token": tokens.refresh_token, "client_id": _CLIENT_ID})

    def _tokens(self, metadata: dict[str, Any], grant: dict[str, str], user: str) -> Tokens:
        answer = self._send("POST", metadata["token_endpoint"], data={**grant, "client_id": _CLIENT_ID})
        if answer.status_code != httpx2.codes.OK:
            raise SignInRefused(Text(zh="登录被拒绝", en="The sign-in was refused"))
        found = answer.json()
        return Tokens(
            issuer=self.issuer,
            access_token=found["access_token"],
            refresh_token=found.get("refresh_token"),
            expires_at=time.time() + float(found.get("expires_in", 0)),
            user=user or _subject_of(found["access_token"]),
        )

    def _send(self, method: str, url: str, **content: Any) -> httpx2.Response:
        try:
            return self._client.request(method, url, timeout=_TIMEOUT_S, **content)
        except httpx2.TransportError as error:
            raise Unreachable(self.issuer, str(error) or type(error).__name__) from error


def _subject_of(token: str) -> str:
    """Whom a token speaks of, for the user's eyes alone: the platform verifies it, this program need not."""
    try:
        payload = token.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])
    except (IndexError, KeyError, ValueError):
        return "?"


def _code(answer: httpx2.Response, state: str) -> str:
    """The code in the redirect, if the provider sent one and it answers our request."""
    if answer.status_code == httpx2.codes.UNAUTHORIZED:
        raise SignInRefused(Text(zh="用户名、密码或动态口令不正确", en="Wrong user, password or one-time code"))
    sent = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    if "code" not in sent or sent.get("state") != [state]:
        raise SignInRefused(
            Text(zh=f"身份提供方的回答无法识别（HTTP {answer.status_code}）",
                 en=f"The identity provider's answer was not understood (HTTP {answer.status_code})")
        )  # fmt: skip
    return sent["code"][0]
