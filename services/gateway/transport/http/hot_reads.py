"""The shortest way to an answer: what everybody reads alike and this process holds ready, for whoever is not signed in.

It stands before routing, tracing and deadlines, and does what may not be left out: the caller's room is taken out of
the shared bucket, the entity tag is compared, the answer is measured. Everything else goes the ordinary way.
"""

import time

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.cause import ANONYMOUS
from chassis.metrics import HTTP_SECONDS
from chassis.problems import RateLimited, preferred_language
from gateway.transport.http.cached_reads import CachedReads, named
from gateway.transport.http.limits import Limits

_PUBLIC = "public.read"
_OK, _UNCHANGED = 200, 304
_PLAIN = [(b"x-content-type-options", b"nosniff")]


class HotReads:
    """Around the whole application (`app`): answers public reads that are ready, passes on all others."""

    def __init__(self, app: ASGIApp, *, cached: CachedReads, limits: Limits) -> None:
        self.app = app
        self._cached = cached
        self._limits = limits
        labels = ("gateway", _PUBLIC, "GET")
        self._measured = {status: HTTP_SECONDS.labels(*labels, str(status)) for status in (_OK, _UNCHANGED)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes the request on."""
        if scope["type"] != "http" or scope["method"] != "GET" or not await self._answered(scope, send):
            await self.app(scope, receive, send)

    async def _answered(self, scope: Scope, send: Send) -> bool:
        started = time.perf_counter()
        language = etag = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                return False
            if name == b"accept-language":
                language = value.decode("latin-1")
            elif name == b"if-none-match":
                etag = value.decode("latin-1")
        query = scope["query_string"]
        target = f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"]
        ready = self._cached.ready(target, preferred_language(language), operation=_PUBLIC)
        if ready is None:
            return False
        client = scope.get("client")
        try:
            await self._limits.admit(ANONYMOUS, client[0] if client else "-")
        except RateLimited:
            return False  # refused requests cost nothing: the ordinary way says no, as a problem
        unchanged = etag is not None and named(etag, ready.etag)
        status, body = (_UNCHANGED, b"") if unchanged else (_OK, ready.body)
        headers = ready.unchanged_headers if unchanged else ready.headers
        await send({"type": "http.response.start", "status": status, "headers": headers + _PLAIN})
        await send({"type": "http.response.body", "body": body})
        self._measured[status].observe(time.perf_counter() - started)
        return True
