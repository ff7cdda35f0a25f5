"""A person at the public door: signs in with the OpenID provider, then asks and tells the gateway."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from pledgeboard.identity import Credentials, IdentityProvider

_TIMEOUT = httpx2.Timeout(60, connect=5)
_DENIED, _UNAVAILABLE = 403, 503
_ATTEMPTS_MAX = 3


class Answered(RuntimeError):
    """The platform answered something else than expected; the problem document is in the message."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        super().__init__(f"{method} {path} -> {status}: {body}")
        self.status = status
        self.body = body


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: its status, its body (JSON, or text), and its headers."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def etag(self) -> str:
        """The version to name in `If-Match`."""
        return self.headers["etag"]


class Person:
    """One login with a fresh access token."""

    def __init__(self, user: str, gateway: str, client: httpx2.Client, token: str) -> None:
        self.user = user
        self._base = f"{gateway}/api/v1"
        self._client = client
        self._token = token

    @classmethod
    def sign_in(
        cls,
        user: str,
        *,
        gateway: str,
        issuer: str,
        password: str,
        one_time_code: str | None = None,
        accept_terms: bool = True,
    ) -> "Person":
        """Signs in by authorization code with PKCE, and accepts what a participant accepts before its first use.

        Raises:
            SignInRefused: the provider refused.
        """
        client = httpx2.Client(timeout=_TIMEOUT)
        given = Credentials(user=user, password=password, one_time_code=one_time_code)
        try:
            person = cls(user, gateway, client, IdentityProvider(issuer, client).sign_in(given).access_token)
            if accept_terms:
                person.accept_terms()
        except BaseException:
            client.close()
            raise
        return person

    def accept_terms(self) -> None:
        """Accepts the legal texts in effect (P4.5); staff have none to accept."""
        for term in self._terms():
            if term["accepted_at"] is None:
                self.accept(term["kind"], term["version"])

    def _terms(self) -> list[dict[str, Any]]:
        """The texts in effect. A platform that has just been started may be late once with its first answer."""
        for attempt in range(1, _ATTEMPTS_MAX + 1):
            try:
                found: list[dict[str, Any]] = self.ask("/my/terms").body["items"]
            except Answered as answered:
                if answered.status == _DENIED:
                    return []
                if answered.status != _UNAVAILABLE or attempt == _ATTEMPTS_MAX:
                    raise
            else:
                return found
        return []

    def accept(self, kind: str, version: str) -> Answer:
        """Accepts one version of one text."""
        return self.tell("POST", "/my/terms/acceptances", {"kind": kind, "version": version}, expect=201)

    @property
    def token(self) -> str:
        """What a client of another kind shows at the same door."""
        return self._token

    def ask(self, path: str, *, expect: int = 200, **query: str | int) -> Answer:
        """A question: GET."""
        return self._call("GET", path, expect, params=query)

    def tell(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        expect: int,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Answer:
        """A command, with an idempotency key of its own unless one is given."""
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._call(method, path, expect, json=body, headers=headers)

    def send(self, path: str, content: bytes, *, media_type: str, expect: int, **query: str) -> Answer:
        """One file as the body of a post."""
        headers = {"Idempotency-Key": secrets.token_hex(16), "Content-Type": media_type}
        return self._call("POST", path, expect, params=query, content=content, headers=headers)

    def load(self, kind: str, file: Path, *, told: Mapping[str, str], expect: int = 201) -> Answer:
        """Sends a reference file."""
        with file.open("rb") as content:
            return self._call(
                "POST",
                f"/reference/{kind}/loads",
                expect,
                headers={"Idempotency-Key": secrets.token_hex(16)},
                data=dict(told),
                files={"file": (file.name, content)},
            )

    def close(self) -> None:
        """Lets go of the connections."""
        self._client.close()

    def _call(self, method: str, path: str, expect: int, **content: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "zh-CN", **content.pop("headers", {})}
        response = self._client.request(method, self._base + path, headers=headers, **content)
        named = response.headers.get("content-type", "")
        body = response.json() if "json" in named and response.content else response.text
        if response.status_code != expect:
            raise Answered(method, path, response.status_code, body)
        return Answer(status=response.status_code, body=body, headers=response.headers)
