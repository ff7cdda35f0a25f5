"""The probes of one process, and its metrics, on a port of their own: `/livez`, `/readyz`, `/startupz`, `/metrics`."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import msgspec
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.health import Readiness
from chassis.metrics import exposition

JSON = "application/json"
BACKLOG = 1024


class Probes:
    """Answers the orchestrator's questions. Asks no dependency: parts have registered what they know."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        del receive
        if scope["type"] != "http":
            return
        status, body, content_type = self.answer(scope["path"])
        headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, path: str) -> tuple[int, bytes, str]:
        """Status, body and content type of one question."""
        readiness = self._readiness
        match path:
            case "/livez":
                return 200, b'{"ok":true}', JSON
            case "/startupz":
                return (200 if readiness.started else 503), _encode({"started": readiness.started}), JSON
            case "/readyz":
                return (200 if readiness.ready() else 503), _encode(_told(readiness)), JSON
            case "/metrics":
                text, content_type = exposition()
                return 200, text, content_type
            case _:
                return 404, b'{"ok":false}', JSON


def _told(readiness: Readiness) -> dict[str, Any]:
    conditions = {name: {"ok": one.ok, "detail": one.detail} for name, one in readiness.conditions().items()}
    return {
        "ready": readiness.ready(),
        "role": readiness.role,
        "draining": readiness.draining,
        "conditions": conditions,
    }


def _encode(document: dict[str, Any]) -> bytes:
    return msgspec.json.encode(document)


class HttpServer:
    """Uvicorn inside our own loop: we bind the port, we handle the signals, we say when to stop."""

    def __init__(self, name: str, app: ASGIApp, *, host: str, port: int, drain_seconds_max: float) -> None:
        self.name = name
        self._socket = _bound(host, port)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=max(1, int(drain_seconds_max)),
        )
        self._server = _Quiet(config)

    @property
    def port(self) -> int:
        """The port that is really bound, where the setting was 0."""
        port: int = self._socket.getsockname()[1]
        return port

    async def serve(self) -> None:
        """Serves until `stop`; ends when what was in flight is answered, or its deadline has passed."""
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        """Takes no new connection and lets what is in flight finish."""
        self._server.should_exit = True

    def close(self) -> None:
        """Gives the port back, also where nothing was ever served on it."""
        self._socket.close()


class _Quiet(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # The role's own handler decides the order in which its parts stop.
        yield


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        # Two may bind one port as long as none listens: only this tells that it is really ours.
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise PortTaken(host, port) from error
    sock.set_inheritable(False)
    return sock


class PortTaken(RuntimeError):
    """Something else listens on the port this role was told to use."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port} is taken: stop what listens there, or set HTTP_PORT or PROBE_PORT")
