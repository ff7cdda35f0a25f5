"""The session's servers as containers: `PLEDGEBOARD_STACK=containers` with a Docker engine.

The images are those of `docker-compose.yml`, the broker's declaration is `deploy/kafka/server.properties`. The OpenID
provider stays the small local one. Tests that kill or freeze servers have processes of their own all the same.
"""

import os
import re
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import SplitResult, urlsplit

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaConnection
from local_stack import places, ports
from local_stack.addresses import Addresses, password_names
from local_stack.certificates import certificates
from local_stack.kafka import ADMIN, Kafka, KafkaPorts
from local_stack.members import OpenIdProvider
from local_stack.postgres import SUPERUSER, Postgres
from local_stack.process import ServerProcess
from local_stack.server import Server
from local_stack.valkey import Valkey

_READY_WITHIN_S = 120
_POLL_S = 0.2
_ENGINE = "unix:///var/run/docker.sock"
_ANSWER_S = 5
_ANSWER_BYTES = 4096
_DOCKER = places.REPOSITORY / "deploy" / "docker"


class EngineAbsent(RuntimeError):
    """Containers were asked for, and no Docker engine answers."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"PLEDGEBOARD_STACK=containers asks for a Docker engine, and none answers ({reason}). "
            "Start one, or unset PLEDGEBOARD_STACK: then the servers run as processes and need no engine."
        )


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container as it is to be run; `published` maps its ports to the host's, `mounts` the host's paths to its."""

    image: str
    published: Mapping[int, int]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    command: tuple[str, ...] = ()
    entrypoint: str | None = None
    mounts: Mapping[Path, str] = field(default_factory=dict)
    user: str | None = None


class Running(Protocol):
    """A container that runs."""

    def stop(self) -> Any:
        """Ends it and removes what it kept."""

    def get_logs(self) -> tuple[bytes, bytes]:
        """What it has written."""


class Engine(Protocol):
    """Whoever runs containers."""

    def run(self, container: Container) -> Running:
        """Starts one; it is not ready yet."""


class Testcontainers:
    """The Docker engine of this machine."""

    __test__ = False  # no test, whatever pytest thinks of its name

    def __init__(self) -> None:
        """Asks the engine whether it is there.

        Raises:
            EngineAbsent: it does not answer.
        """
        address = urlsplit(os.environ.get("DOCKER_HOST") or _ENGINE)
        if address.scheme not in {"unix", "tcp"} or os.environ.get("DOCKER_TLS_VERIFY"):
            return  # reached in a way that only its own client knows: that one says what is wrong
        try:
            with _connected(address) as connection:
                connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                answer = connection.recv(_ANSWER_BYTES)
        except OSError as error:
            raise EngineAbsent(f"{address.geturl()}: {error}") from error
        if b" 200 " not in answer.partition(b"\r\n")[0]:
            raise EngineAbsent(f"{address.geturl()} is no Docker engine")

    def run(self, container: Container) -> Running:
        """Starts one through testcontainers, whose reaper removes it if this process is killed."""
        # Only who asks for containers loads their client.
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415

        made = DockerContainer(container.image).with_envs(**container.environment)
        for inside, outside in container.published.items():
            made.with_bind_ports(inside, outside)
        for path, place in container.mounts.items():
            made.with_volume_mapping(str(path), place, "ro")
        if container.command:
            made.with_command(list(container.command))
        extras = {"entrypoint": container.entrypoint, "user": container.user}
        made.with_kwargs(**{name: value for name, value in extras.items() if value is not None})
        return made.start()


@dataclass
class ContainerServers:
    """A set of servers in containers; `addresses` says where they are and what opens them."""

    folder: Path
    addresses: Addresses
    containers: list[Running]
    openid: ServerProcess

    @classmethod
    def start(cls, engine: Engine) -> Self:
        """Starts a set and waits until each server answers in its own protocol.

        Raises:
            TimeoutError: one did not; what it wrote is in the message. Nothing is left running.
        """
        folder = Path(tempfile.mkdtemp(prefix="pledgeboard-containers-"))
        passwords = {name: secrets.token_urlsafe(12) for name in password_names(principals())}
        postgres = Postgres(
            folder=folder / "postgres", port=ports.reserved_port(), password=passwords["postgres/superuser"]
        )
        valkey = Valkey(folder=folder / "valkey", port=ports.reserved_port(), password=passwords["valkey"])
        kafka = _kafka(folder / "kafka", passwords)
        openid = OpenIdProvider(
            folder=folder / "openid",
            port=ports.reserved_port(),
            environment="test",
            certifier_key=passwords["certifier"],
        )
        made = cls(
            folder=folder,
            addresses=_addresses(kafka, postgres, valkey, openid, passwords),
            containers=[],
            openid=ServerProcess(openid, log=folder / "openid.log"),
        )
        try:
            made._start(
                engine,
                [(_postgres_in(postgres), postgres), (_valkey_in(valkey), valkey), (_kafka_in(kafka), kafka)],
            )
        except BaseException:
            made.stop()
            raise
        return made

    def stop(self) -> None:
        """Stops the set and removes its folder."""
        for one in self.containers:
            one.stop()
        self.openid.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, engine: Engine, wanted: Sequence[tuple[Container, Server]]) -> None:
        self.openid.launch()
        for container, _ in wanted:
            self.containers.append(engine.run(container))
        for (_, server), running in zip(wanted, self.containers, strict=True):
            _await(server, running)
        self.openid.wait_until_ready()


def _connected(address: SplitResult) -> socket.socket:
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname, address.port), timeout=_ANSWER_S)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_ANSWER_S)
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection


def image(name: str) -> str:
    """The image of a server with its version, as the compose file names it."""
    text = (places.REPOSITORY / "docker-compose.yml").read_text()
    found = re.search(rf"^    image: ({re.escape(name)}:\S+)$", text, re.MULTILINE)
    assert found, f"docker-compose.yml names no image {name}"
    return found.group(1)


def _await(server: Server, running: Running) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not server.is_ready():
        if time.monotonic() > deadline:
            said = b"".join(running.get_logs()).decode(errors="replace")
            raise TimeoutError(f"{server.name} in its container is not ready:\n{said[-3000:]}")
        time.sleep(_POLL_S)


def _postgres_in(server: Postgres) -> Container:
    return Container(
        image=image("postgres"),
        published={5432: server.port},
        environment={"POSTGRES_USER": SUPERUSER, "POSTGRES_PASSWORD": server.password, "TZ": "Asia/Shanghai"},
        command=("postgres", "-c", "max_connections=300", "-c", "timezone=Asia/Shanghai", "-c", "fsync=off"),
    )


def _valkey_in(server: Valkey) -> Container:
    settings = ("--requirepass", server.password, "--save", "", "--databases", "4096")
    return Container(image=image("valkey/valkey"), published={6379: server.port}, command=("valkey-server", *settings))


def _kafka(folder: Path, passwords: Mapping[str, str]) -> Kafka:
    return Kafka(
        folder=folder,
        ports=KafkaPorts(internal=ports.reserved_port(), controller=ports.reserved_port(), firms=ports.reserved_port()),
        broker_password=passwords["kafka/broker"],
        admin_password=passwords["kafka/admin"],
    )


def _kafka_in(server: Kafka) -> Container:
    """The broker tells clients its own ports: they are the same inside and outside."""
    internal, firms = server.ports.internal, server.ports.firms
    made = certificates(server.folder / "tls")
    overrides = server.folder / "overrides"
    overrides.mkdir(parents=True)
    (overrides / "listeners.properties").write_text(
        f"listeners=CONTROLLER://127.0.0.1:9093,INTERNAL://:{internal},FIRMS://:{firms}\n"
        f"advertised.listeners=INTERNAL://{ports.HOST}:{internal},FIRMS://{ports.HOST}:{firms}\n"
    )
    return Container(
        image=image("apache/kafka"),
        published={internal: internal, firms: firms},
        environment={
            "KAFKA_BROKER_PASSWORD": server.broker_password,
            "KAFKA_ADMIN_PASSWORD": server.admin_password,
            "DATA_FOLDER": "/tmp/data",  # noqa: S108  # inside the container, which is thrown away
            "LOG_DIR": "/tmp",  # noqa: S108  # the same
            "PATH": "/opt/kafka/bin:/opt/java/openjdk/bin:/usr/local/bin:/usr/bin:/bin",
        },
        entrypoint="/start/start.sh",
        mounts={
            places.KAFKA_DECLARATIONS: "/declarations",
            overrides: "/overrides",
            _DOCKER / "kafka": "/start",
            made.server.parent: "/tls",
        },
        # The key is its owner's alone: the broker runs as whoever made it.
        user=f"{os.getuid()}:{os.getgid()}",
    )


def _addresses(
    kafka: Kafka, postgres: Postgres, valkey: Valkey, openid: OpenIdProvider, passwords: dict[str, str]
) -> Addresses:
    return Addresses(
        kafka=KafkaConnection(bootstrap=kafka.bootstrap, username=ADMIN, password=kafka.admin_password),
        database_url=postgres.url("postgres"),
        redis_url=valkey.url,
        issuer=openid.issuer,
        passwords=passwords,
        firms_bootstrap=kafka.firms_bootstrap,
        firms_authority_file=str(kafka.authority),
    )
