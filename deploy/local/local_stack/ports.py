"""Ports: the fixed ones of the local stack, each settable, and free ones for tests."""

import contextlib
import os
import socket
from dataclasses import dataclass

from local_stack.problem import StackProblem

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Port:
    """A port the stack listens on; the environment variable moves it."""

    variable: str
    default: int

    def number(self) -> int:
        """The port to use.

        Raises:
            StackProblem: the variable holds no port.
        """
        text = os.environ.get(self.variable) or str(self.default)
        if text.isdecimal() and 0 < int(text) < 65536:  # noqa: PLR2004  # the range of ports
            return int(text)
        raise StackProblem(
            zh=f"{self.variable}={text} 不是有效的端口号（1 至 65535）。",
            en=f"{self.variable}={text} is not a port (1 to 65535).",
        )


KAFKA = Port(variable="KAFKA_PORT", default=19092)
KAFKA_CONTROLLER = Port(variable="KAFKA_CONTROLLER_PORT", default=19093)
KAFKA_FIRMS = Port(variable="KAFKA_FIRMS_PORT", default=19094)
POSTGRES = Port(variable="POSTGRES_PORT", default=15432)
VALKEY = Port(variable="VALKEY_PORT", default=16379)
OPENID = Port(variable="IDP_PORT", default=18090)
HTTP = {
    "gateway": Port(variable="GATEWAY_HTTP_PORT", default=18080),
    "listing": Port(variable="LISTING_HTTP_PORT", default=18081),
    "review": Port(variable="REVIEW_HTTP_PORT", default=18082),
    "messaging": Port(variable="MESSAGING_HTTP_PORT", default=18083),
    "monitoring": Port(variable="MONITORING_HTTP_PORT", default=18084),
}
PROBES = {
    "gateway": Port(variable="GATEWAY_PROBE_PORT", default=18180),
    "listing": Port(variable="LISTING_PROBE_PORT", default=18181),
    "review": Port(variable="REVIEW_PROBE_PORT", default=18182),
    "messaging": Port(variable="MESSAGING_PROBE_PORT", default=18183),
    "monitoring": Port(variable="MONITORING_PROBE_PORT", default=18184),
}


def is_free(number: int) -> bool:
    """Whether nothing listens on the port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
        except OSError:
            return False
        return True


def require_free(port: Port) -> None:
    """Refuses a port that somebody else has.

    Raises:
        StackProblem: the port is taken; the text names the variable that moves it.
    """
    number = port.number()
    if not is_free(number):
        raise StackProblem(
            zh=f"端口 {number} 已被占用。请关闭占用它的程序，或设置 {port.variable} 换一个端口。",
            en=f"Port {number} is taken. Stop what uses it, or set {port.variable} to another port.",
        )


def reserved_port() -> int:
    """A free port that the kernel will not give to anybody else for the next minute.

    A connection to it is made and closed: while its end lingers (TIME_WAIT) the kernel hands the port to nobody who
    asks for any port, but a server that asks for this one gets it.
    """
    with contextlib.ExitStack() as closing:
        listener = closing.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, 0))
        listener.listen(1)
        visitor = closing.enter_context(socket.create_connection(listener.getsockname()))
        accepted, _ = listener.accept()
        accepted.close()  # the side that closes first is the one that lingers
        visitor.recv(1)
        return int(listener.getsockname()[1])
