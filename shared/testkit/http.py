"""Calling an application in memory, signed in as somebody."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from starlette.types import ASGIApp

from chassis.authorization import load_matrix
from chassis.cause import Subject
from chassis.http import Denial, Edge
from chassis.kernel import new_id
from chassis.standing import StandingIdentity, Standings
from testkit.tokens import TokenIssuer

BASE_URL = "http://service.test"


class KeptTrail:
    """Keeps denials in memory."""

    def __init__(self) -> None:
        self.denials: list[Denial] = []

    async def denied(self, denial: Denial) -> None:
        """Keeps one."""
        self.denials.append(denial)


def an_edge(
    *, service: str, issuer: TokenIssuer, trail: KeptTrail | None = None, standings: Standings | None = None
) -> Edge:
    """The edge of a service under test: the real matrix, the test's issuer, a trail in memory."""
    tokens = issuer.identity()
    identity = tokens if standings is None else StandingIdentity(tokens=tokens, standings=standings)
    return Edge(service=service, identity=identity, matrix=load_matrix(), trail=trail or KeptTrail())


class Caller:
    """One client of an application. Posts get an Idempotency-Key of their own unless the test names one."""

    def __init__(self, client: httpx2.AsyncClient, issuer: TokenIssuer, subject: Subject | None = None) -> None:
        self._client = client
        self._issuer = issuer
        self._subject = subject

    def signed_in(self, subject: Subject) -> "Caller":
        """The same application, called by somebody else."""
        return Caller(self._client, self._issuer, subject)

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> httpx2.Response:
        """A read."""
        return await self.request("GET", path, headers=headers, **options)

    async def post(self, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> httpx2.Response:
        """A post with a fresh key, or the one the headers name."""
        return await self.request(
            "POST", path, headers={"Idempotency-Key": str(new_id()), **(headers or {})}, **options
        )

    async def put(self, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> httpx2.Response:
        """A replacement."""
        return await self.request("PUT", path, headers=headers, **options)

    async def delete(self, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> httpx2.Response:
        """A removal."""
        return await self.request("DELETE", path, headers=headers, **options)

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> httpx2.Response:
        """Any request, with the caller's token."""
        token = self._issuer.authorization(self._subject) if self._subject else {}
        return await self._client.request(method, path, headers={**token, **(headers or {})}, **options)


@asynccontextmanager
async def calling(app: ASGIApp, issuer: TokenIssuer) -> AsyncIterator[Caller]:
    """An anonymous caller of an application in memory; unexpected errors arrive as the answers they would be."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield Caller(client, issuer)
