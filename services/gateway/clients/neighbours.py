"""HTTP towards the neighbours: one session, pooled connections, a deadline on everything."""

from collections.abc import AsyncIterator, Callable, Mapping

import aiohttp
from yarl import URL

from chassis.kernel import Refusal
from chassis.logs import logger
from chassis.metrics import CLIENT_SECONDS
from chassis.telemetry import current_trace_headers, span_from
from gateway.application.ports import Incoming, NeighbourUnavailable, Outgoing

CONNECT_SECONDS_MAX = 1.0
ANSWER_SECONDS_MAX = 4.0
# A file that is being uploaded is read by its receiver at its own pace; what is bounded is each silence.
STREAM_SILENCE_SECONDS_MAX = 60.0
ANSWER_BYTES_MAX = 16 * 1024 * 1024
CONNECTIONS_PER_NEIGHBOUR_MAX = 100
CHUNK_BYTES = 64 * 1024
_KEPT = frozenset(
    {
        "cache-control", "content-disposition", "content-language", "content-type", "etag", "location", "retry-after",
        "www-authenticate",
    }
)  # fmt: skip

Session = Callable[[], aiohttp.ClientSession]


class HttpNeighbours:
    """The neighbours at their addresses."""

    def __init__(self, addresses: Mapping[str, str], session: Session) -> None:
        self._addresses = {name: address.rstrip("/") for name, address in addresses.items()}
        self._session = session

    async def send(self, outgoing: Outgoing) -> Incoming:
        """The neighbour's answer, whatever its status; the request's span is the parent of the neighbour's.

        Raises:
            NeighbourUnavailable: there is none in time.
        """
        attributes = {"peer.service": outgoing.neighbour, "http.request.method": outgoing.method}
        with span_from({}, f"{outgoing.method} {outgoing.neighbour}", "client", attributes=attributes):
            headers = {**outgoing.headers, **current_trace_headers()}
            try:
                return await self._send(outgoing, headers)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                # A refusal raised while the body was read (too large) is the client's fault, not the neighbour's.
                if isinstance(error.__cause__, Refusal):
                    raise error.__cause__ from error
                CLIENT_SECONDS.labels("gateway", outgoing.neighbour, "unavailable").observe(ANSWER_SECONDS_MAX)
                reason = type(error).__name__
                logger("neighbours").warning("no answer", neighbour=outgoing.neighbour, reason=reason)
                raise NeighbourUnavailable(neighbour=outgoing.neighbour) from error

    async def _send(self, outgoing: Outgoing, headers: Mapping[str, str]) -> Incoming:
        url = URL(self._addresses[outgoing.neighbour] + outgoing.target, encoded=True)
        response = await self._session().request(
            outgoing.method,
            url,
            headers=dict(headers),
            data=outgoing.body or None,
            timeout=_timeout(streaming=outgoing.streaming),
            allow_redirects=False,
        )
        kept = {name.lower(): value for name, value in response.headers.items() if name.lower() in _KEPT}
        if outgoing.streaming:
            return Incoming(status=response.status, headers=kept, body=_chunks(response))
        async with response:
            body = await response.content.read(ANSWER_BYTES_MAX + 1)
            while not response.content.at_eof() and len(body) <= ANSWER_BYTES_MAX:
                body += await response.content.read(ANSWER_BYTES_MAX + 1 - len(body))
        if len(body) > ANSWER_BYTES_MAX:
            raise NeighbourUnavailable(neighbour=outgoing.neighbour)
        return Incoming(status=response.status, headers=kept, body=body)


def _timeout(*, streaming: bool) -> aiohttp.ClientTimeout:
    if streaming:
        return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS_MAX, sock_read=STREAM_SILENCE_SECONDS_MAX)
    return aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX, sock_connect=CONNECT_SECONDS_MAX)


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with response:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            yield chunk


class NeighbourSession:
    """The client session towards all neighbours; opened at its first use, closed last."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def __call__(self) -> aiohttp.ClientSession:
        """The session of this process."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS_PER_NEIGHBOUR_MAX)
            # Cookies and proxies of the environment have no business between services.
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
            )
        return self._session

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()
