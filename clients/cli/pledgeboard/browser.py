"""Signing in with the browser of this machine (RFC 8252): the code comes back to a loopback address of our own."""

import http.server
import threading
import webbrowser
from collections.abc import Callable
from queue import Empty, Queue
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pledgeboard.failures import SignInRefused
from pledgeboard.languages import Text

PATH = "/callback"
_WAIT_S = 300
_PAGE = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>Pledgeboard</title>"
    "<p>已返回命令行，可以关闭此页。You are back at the command line: this page may be closed.</p>"
)


class Loopback:
    """Listens on a port of the kernel's choice for the one redirect that carries the code."""

    def __init__(self) -> None:
        self._came: Queue[dict[str, list[str]]] = Queue()
        self._server = http.server.HTTPServer(("127.0.0.1", 0), _handler(self._came))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, name="loopback")

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser."""
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def code(self, *, state: str, within_s: float = _WAIT_S) -> str:
        """The code of the redirect that answers our request; others are not taken.

        Raises:
            SignInRefused: the provider refused, or nobody came back in time.
        """
        try:
            while (came := self._came.get(timeout=within_s)).get("state") != [state]:
                continue
        except Empty as late:
            raise SignInRefused(
                Text(zh="浏览器登录未按时完成，请重新运行", en="The browser did not come back in time: run it again")
            ) from late
        if "code" not in came:
            why = " ".join(came.get("error_description", came.get("error", [])))
            raise SignInRefused(Text(zh=f"登录被拒绝：{why}", en=f"The sign-in was refused: {why}"))
        return came["code"][0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def opener() -> Callable[[str], object]:
    """What opens an address in the user's browser."""
    return webbrowser.open


def _handler(came: "Queue[dict[str, list[str]]]") -> type[http.server.BaseHTTPRequestHandler]:
    class Redirected(http.server.BaseHTTPRequestHandler):
        """Takes the redirect's query and says that the browser has done its part."""

        def do_GET(self) -> None:  # the library's name
            address = urlsplit(self.path)
            if address.path != PATH:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(_PAGE.encode())
            came.put(parse_qs(address.query))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
            """Nothing: the query holds the code."""

    return Redirected
