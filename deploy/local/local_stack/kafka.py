"""Apache Kafka: one KRaft broker, secured, from locked jars."""

import base64
import secrets
import socket
import string
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local_stack import places, ports
from local_stack.certificates import certificates
from local_stack.jars import class_path
from local_stack.java import Java, find_java
from local_stack.problem import StackProblem
from local_stack.server import Launch, Server, private_file

ADMIN = "admin"
_ANSWER_S = 1
_FORMAT_S = 60
_API_VERSIONS = 18
_CORRELATION = 7
_QUICK_START = ["-XX:TieredStopAtLevel=1"]


@dataclass(frozen=True, kw_only=True)
class KafkaPorts:
    """The broker's three doors."""

    internal: int
    controller: int
    firms: int


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A node's place among several: `controllers` as the formatting tool reads them (id@host:port:directory id)."""

    node_id: int
    cluster_id: str
    controllers: str


@dataclass(kw_only=True)
class Kafka(Server):
    """One broker on loopback. `java_flags` name a class archive, where there is one, so that it starts quickly.

    `overrides` are settings that win over the declaration's; a broker without a `membership` stands alone.
    """

    folder: Path
    ports: KafkaPorts
    broker_password: str
    admin_password: str
    java_flags: Sequence[str] = ()
    heap: str = "256m"
    overrides: Mapping[str, str] = field(default_factory=dict)
    membership: Membership | None = None
    java: Java = field(default_factory=find_java)
    name: str = "kafka"

    @property
    def bootstrap(self) -> str:
        """Where services connect."""
        return f"{ports.HOST}:{self.ports.internal}"

    @property
    def firms_bootstrap(self) -> str:
        """Where securities firms connect, over TLS."""
        return f"{ports.HOST}:{self.ports.firms}"

    @property
    def authority(self) -> Path:
        """The certificate authority that firms are given."""
        return certificates(self.folder / "tls").authority

    def prepare(self) -> None:
        """Writes the configuration, and formats the log folder at the first start.

        Raises:
            StackProblem: the folder could not be formatted.
        """
        self._configure()
        if (self.folder / "data" / "meta.properties").exists():
            return
        options = [*self._quorum(), "--config", str(self.folder / "server.properties")]
        for user, password in (("broker", self.broker_password), (ADMIN, self.admin_password)):
            options += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        # In a file, one word a line: no process list shows a password.
        private_file(self.folder / "format.options", "\n".join(options))
        argv = [*self._java(_QUICK_START), "kafka.tools.StorageTool", "format", f"@{self.folder / 'format.options'}"]
        made = subprocess.run(  # noqa: S603  # an argument list of our own
            argv, capture_output=True, text=True, timeout=_FORMAT_S, check=False
        )
        (self.folder / "format.options").unlink()
        if made.returncode:
            raise StackProblem(
                zh=f"无法格式化 Kafka 数据目录：{made.stdout}{made.stderr}",
                en=f"Formatting Kafka's folder failed: {made.stdout}{made.stderr}",
            )

    def launch(self) -> Launch:
        """The broker."""
        flags = [f"-Xmx{self.heap}", "-XX:+UseSerialGC", *(self.java_flags or _QUICK_START)]
        return Launch(argv=[*self._java(flags), "kafka.Kafka", str(self.folder / "server.properties")])

    def is_ready(self) -> bool:
        """Whether it says which requests it speaks: its listeners open only when it has joined its own quorum."""
        client = b"local-stack"
        request = struct.pack("!hhih", _API_VERSIONS, 0, _CORRELATION, len(client)) + client
        try:
            with socket.create_connection((ports.HOST, self.ports.internal), timeout=_ANSWER_S) as connection:
                connection.sendall(struct.pack("!i", len(request)) + request)
                answer = connection.recv(8)
        except OSError:
            return False
        return answer[4:8] == struct.pack("!i", _CORRELATION)

    def _quorum(self) -> list[str]:
        if self.membership is None:
            return ["--standalone", "--cluster-id", new_id()]
        return ["--initial-controllers", self.membership.controllers, "--cluster-id", self.membership.cluster_id]

    def _java(self, flags: Sequence[str]) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={places.KAFKA_DECLARATIONS / 'log4j2.yaml'}"
        return [str(self.java.launcher), *self.java.quiet_flags, *flags, "-cp", class_path(), logging]

    def _configure(self) -> None:
        template = string.Template((places.KAFKA_DECLARATIONS / "server.properties").read_text())
        text = template.substitute(
            data=self.folder / "data",
            controller_port=self.ports.controller,
            internal_port=self.ports.internal,
            firms_port=self.ports.firms,
            broker_password=self.broker_password,
            server_pem=certificates(self.folder / "tls").server,
        )
        node = {} if self.membership is None else {"node.id": str(self.membership.node_id)}
        lines = "".join(f"{name}={value}\n" for name, value in {**node, **self.overrides}.items())
        private_file(self.folder / "server.properties", text + lines)


def new_id() -> str:
    """An id as Kafka writes them: 16 bytes in 22 characters."""
    # A leading dash would be read as an option by the formatting tool.
    return base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(15)).decode().rstrip("=")
