"""A client that follows the live path: what it is told, where it stands, and when its connection ended."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

# Longer than the pause between two signs of life.
_TIMEOUT = httpx2.Timeout(30, connect=5)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One event: its name, where it stands, the ids it bears, and when it arrived (monotonic seconds)."""

    name: str
    place: str
    ids: Mapping[str, Any]
    at: float


class NotHeard(RuntimeError):
    """What was waited for did not arrive in time."""


class Follower:
    """One connection, read in a thread of its own for as long as it is used as a context."""

    def __init__(self, gateway: str, token: str, *, last: str | None = None) -> None:
        self._url = f"{gateway}/api/v1/live"
        self._headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last else {})
        self._heard: list[Heard] = []
        self._news = threading.Condition()
        self._client = httpx2.Client(timeout=_TIMEOUT)
        self._thread = threading.Thread(target=self._read, name="follower", daemon=True)
        self._ended = threading.Event()
        self.status: int | None = None

    @property
    def heard(self) -> list[Heard]:
        """Everything so far."""
        with self._news:
            return list(self._heard)

    @property
    def place(self) -> str:
        """Where it stands: `Last-Event-ID` of the next connection."""
        return self.heard[-1].place

    def wait_for(self, name: str, *, within: float, **ids: str) -> Heard:
        """The first event of a name that bears these ids.

        Raises:
            NotHeard: it did not arrive within so many seconds; what did is in the message.
        """
        until = time.monotonic() + within
        with self._news:
            while True:
                for one in self._heard:
                    if one.name == name and ids.items() <= one.ids.items():
                        return one
                left = until - time.monotonic()
                if left <= 0 or not self._news.wait(left):
                    raise NotHeard(f"{name} {ids} not within {within} s; heard {[one.name for one in self._heard]}")

    def wait_for_end(self, *, within: float) -> bool:
        """Whether the other side ended the connection in time."""
        return self._ended.wait(within)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()
        self._thread.join(5)

    def _read(self) -> None:
        try:
            with self._client.stream("GET", self._url, headers=self._headers) as answer:
                self.status = answer.status_code
                fields: dict[str, str] = {}
                for line in answer.iter_lines():
                    if line:
                        name, _, value = line.partition(": ")
                        fields[name] = value
                    elif "event" in fields:
                        self._keep(fields)
                        fields = {}
        except (httpx2.HTTPError, httpx2.StreamError, RuntimeError):
            pass  # the connection is gone: closed by us, or by a process that ended
        finally:
            self._ended.set()

    def _keep(self, fields: Mapping[str, str]) -> None:
        heard = Heard(name=fields["event"], place=fields["id"], ids=json.loads(fields["data"]), at=time.monotonic())
        with self._news:
            self._heard.append(heard)
            self._news.notify_all()
