"""The platform as this client sees it: its public interface, asked with the user's own token."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

from pledgeboard.failures import Refused, Unreachable
from pledgeboard.identity import IdentityProvider
from pledgeboard.languages import Language
from pledgeboard.session import TokenStore

# A file of ten million positions is checked before it is answered.
_TIMEOUT = httpx2.Timeout(600, connect=5)
# The gateway says something on a quiet stream every 15 s; twice that is a connection that is gone.
_STREAM_TIMEOUT = httpx2.Timeout(35, connect=5)
_PAGE_MAX = 100


class Platform:
    """The gateway's `/api/v1`. Tokens are renewed on the way; problems are raised as `Refused`."""

    def __init__(
        self,
        url: str,
        *,
        tokens: TokenStore,
        language: Language,
        client: httpx2.Client,
    ) -> None:
        self.url = url.rstrip("/")
        self._tokens = tokens
        self._client = client
        self._headers = {
            "Accept-Language": language.value,
            "Accept": "application/json, application/problem+json",
        }

    def get(self, path: str, *, params: Mapping[str, Any] | None = None, signed_in: bool = True) -> Any:
        """Asks; answers the document.

        Raises:
            Refused: the platform answered with a problem.
            NotSignedIn: there is no token and none can be had.
            Unreachable: nobody answers.
        """
        return self._send("GET", path, signed_in=signed_in, params=params)

    def items(self, path: str, *, params: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """The first items of a list, page after page; parameters that are None are not sent.

        Raises:
            Refused, NotSignedIn, Unreachable: as `get`.
        """
        found: list[dict[str, Any]] = []
        asked = {name: value for name, value in params.items() if value is not None}
        while len(found) < most:
            page = self.get(path, params=asked | {"limit": min(_PAGE_MAX, most - len(found))})
            found += page["items"]
            if not page.get("next_cursor"):
                break
            asked["cursor"] = page["next_cursor"]
        return found[:most]

    @contextmanager
    def stream(self, path: str, *, last_event_id: str | None = None) -> Iterator[Iterator[str]]:
        """The lines of a stream of events, until the platform ends it.

        Raises:
            Refused, NotSignedIn, Unreachable: as `get`, also when the stream breaks.
        """
        headers = {"Accept": "text/event-stream, application/problem+json", **self._authorization()}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        asked = self._client.stream(
            "GET", f"{self.url}/api/v1{path}", headers=self._headers | headers, timeout=_STREAM_TIMEOUT
        )
        try:
            with asked as response:
                if not response.is_success:
                    response.read()
                    raise Refused(response.status_code, _problem(response))
                yield response.iter_lines()
        except httpx2.TransportError as error:
            raise Unreachable(self.url, str(error) or type(error).__name__) from error

    def post(self, path: str, *, idempotency_key: str, **content: Any) -> Any:
        """Commands; the same key with the same content is the same command, however often it is sent.

        Raises:
            Refused: the platform answered with a problem.
            NotSignedIn: there is no token and none can be had.
            Unreachable: nobody answers.
        """
        return self._send("POST", path, signed_in=True, headers={"Idempotency-Key": idempotency_key}, **content)

    def _send(self, method: str, path: str, *, signed_in: bool, **content: Any) -> Any:
        headers = self._headers | content.pop("headers", {})
        if signed_in:
            headers |= self._authorization()
        try:
            response = self._client.request(
                method, f"{self.url}/api/v1{path}", headers=headers, timeout=_TIMEOUT, **content
            )
        except httpx2.TransportError as error:
            raise Unreachable(self.url, str(error) or type(error).__name__) from error
        if response.is_success:
            return response.json() if response.content else None
        raise Refused(response.status_code, _problem(response))

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._access_token()}"}

    def _access_token(self) -> str:
        tokens = self._tokens.read()
        if not tokens.is_fresh:
            tokens = IdentityProvider(tokens.issuer, self._client).renew(tokens)
            self._tokens.write(tokens)
        return tokens.access_token


def _problem(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
