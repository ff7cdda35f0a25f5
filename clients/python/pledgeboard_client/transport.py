"""How an operation is asked over HTTP: the token, the language, the keys that make a command safe to repeat."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter

from pledgeboard_client.models import Problem

T = TypeVar("T")
Content = bytes | Iterable[bytes]
_TIMEOUT = httpx2.Timeout(60, connect=5)


class Refused(Exception):
    """The platform said no, or could not answer: `problem.type` is stable, `problem.title` in the asked language."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(f"{status} {problem.type}: {problem.title}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """What came back. `etag` is the version to name as `if_match` in the next change."""

    status: int
    body: T
    headers: Mapping[str, str]

    @property
    def etag(self) -> str | None:
        """The version of what was read or changed."""
        return self.headers.get("etag")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request; `answer` is the type of its answer's body. Values that are None are not sent."""

    method: str
    path: str
    answer: Any
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: BaseModel | None = None
    content: Content | None = None


class Transport:
    """One signed-in caller of one platform.

    `token` is an access token, or what gives a fresh one before each request; without one the caller is anonymous.
    """

    def __init__(
        self,
        gateway: str,
        *,
        token: str | Callable[[], str] | None = None,
        language: str = "zh-CN",
        client: httpx2.Client | None = None,
    ) -> None:
        self._base = gateway.rstrip("/")
        self._token = token
        self._language = language
        self._client = client or httpx2.Client(timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._client.close()

    def _ask(self, asked: Asked) -> Answer[Any]:
        said = asked.body.model_dump_json(by_alias=True, exclude_unset=True).encode() if asked.body else asked.content
        response = self._client.request(
            asked.method,
            self._base + asked.path,
            params={name: _written(value) for name, value in asked.query.items() if value is not None},
            headers=self._headers(asked),
            content=said,
        )
        if not response.is_success:
            raise Refused(response.status_code, _problem(response))
        return Answer(status=response.status_code, body=_body(response, asked.answer), headers=response.headers)

    def _headers(self, asked: Asked) -> dict[str, str]:
        headers = {name: value for name, value in asked.headers.items() if value is not None}
        headers["Accept-Language"] = self._language
        if asked.body is not None:
            headers["Content-Type"] = "application/json"
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token if isinstance(self._token, str) else self._token()}"
        return headers


def fresh_key() -> str:
    """An idempotency key for a command that is made for the first time."""
    return secrets.token_hex(16)


def _written(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(_written(one)) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _body(response: httpx2.Response, kind: Any) -> Any:
    if kind is None:
        return None
    return response.content if kind is bytes else TypeAdapter(kind).validate_json(response.content)


def _problem(response: httpx2.Response) -> Problem:
    if "json" in response.headers.get("content-type", ""):
        return Problem.model_validate_json(response.content)
    return Problem.model_validate(
        {"type": "about:blank", "title": response.reason_phrase, "status": response.status_code}
    )
