"""The session's servers as containers, with an engine that is played: what is asked of it, and when it is believed."""

import contextlib
import re
import socket
import struct
import threading
from pathlib import Path

import pytest

from local_stack.places import REPOSITORY
from testkit.containers import Container, ContainerServers, EngineAbsent, Testcontainers, image
from testkit.session import VARIABLE, ServersNotStarted, start_servers

pytestmark = pytest.mark.integration
# What a server that is ready says, whatever it is asked.
_READY = {
    "postgres": b"R" + struct.pack("!ii", 8, 0),
    "valkey/valkey": b"+OK\r\n+PONG\r\n",
    "apache/kafka": struct.pack("!ii", 4, 7),
}


class Played:
    """A container that is a few listening sockets."""

    def __init__(self, container: Container, *, is_well: bool) -> None:
        self.stopped = False
        answer = _READY[container.image.rpartition(":")[0]] if is_well else b""
        self._sockets = [socket.create_server(("127.0.0.1", port)) for port in container.published.values()]
        for listener in self._sockets:
            threading.Thread(target=_answer, args=(listener, answer), daemon=True).start()

    def stop(self) -> None:
        self.stopped = True
        for listener in self._sockets:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def get_logs(self) -> tuple[bytes, bytes]:
        return b"what it said", b""


class PlayedEngine:
    """Runs containers in name only; remembers them."""

    def __init__(self, *, ill: str | None = None) -> None:
        self.asked: dict[str, Container] = {}
        self.running: list[Played] = []
        self._ill = ill

    def run(self, container: Container) -> Played:
        name = container.image.rpartition(":")[0]
        self.asked[name] = container
        self.running.append(Played(container, is_well=name != self._ill))
        return self.running[-1]


def _answer(listener: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)


def test_the_set_is_where_its_containers_are_published_and_ends_with_them() -> None:
    engine = PlayedEngine()

    servers = ContainerServers.start(engine)
    servers.stop()

    kafka, postgres, valkey = (engine.asked[one] for one in ("apache/kafka", "postgres", "valkey/valkey"))
    assert f":{postgres.published[5432]}/" in servers.addresses.database_url
    assert f":{valkey.published[6379]}/" in servers.addresses.redis_url
    assert {servers.addresses.bootstrap, servers.addresses.firms_bootstrap} == {
        f"127.0.0.1:{port}" for port in kafka.published.values()
    }
    assert all(one.stopped for one in engine.running)
    assert not servers.folder.exists()


def test_the_broker_tells_clients_the_ports_it_is_published_on() -> None:
    engine = PlayedEngine()

    servers = ContainerServers.start(engine)
    kafka = engine.asked["apache/kafka"]
    (overrides,) = (path for path, place in kafka.mounts.items() if place == "/overrides")
    said = (overrides / "listeners.properties").read_text()
    servers.stop()

    assert set(re.findall(r"127\.0\.0\.1:(\d+)", said.splitlines()[1])) == {str(one) for one in kafka.published}
    assert all(inside == outside for inside, outside in kafka.published.items())
    assert (REPOSITORY / "deploy" / "docker" / "kafka", "/start") in kafka.mounts.items()


def test_a_server_that_never_answers_ends_the_set_with_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("testkit.containers._READY_WITHIN_S", 0.5)
    engine = PlayedEngine(ill="valkey/valkey")

    with pytest.raises(TimeoutError, match=r"valkey in its container(.|\n)*what it said"):
        ContainerServers.start(engine)

    assert all(one.stopped for one in engine.running)


def test_images_are_those_of_the_compose_file() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()

    assert all(f"image: {image(name)}\n" in text for name in _READY)


def test_without_an_engine_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    monkeypatch.setenv(VARIABLE, "containers")

    with pytest.raises(EngineAbsent, match="unset PLEDGEBOARD_STACK"):
        start_servers()
    with pytest.raises(EngineAbsent):
        Testcontainers()


def test_a_sort_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "clouds")

    with pytest.raises(ServersNotStarted, match="processes or containers"):
        start_servers()
