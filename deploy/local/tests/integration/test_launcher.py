"""The launcher as a person uses it: servers and setup as real processes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local_stack import places, ports

pytestmark = pytest.mark.integration

_WITHIN_S = 90
_PORTS = ("KAFKA_PORT", "KAFKA_CONTROLLER_PORT", "KAFKA_FIRMS_PORT", "POSTGRES_PORT", "VALKEY_PORT", "IDP_PORT")


class Machine:
    """A state folder and ports of the test's own, and the commands run in them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "cache").symlink_to(places.cache())  # what was fetched once
        chosen = {variable: str(ports.reserved_port()) for variable in _PORTS}
        self.environment = {**os.environ, **chosen, "PLEDGEBOARD_LOCAL": str(folder)}
        self.folder = folder

    def run(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", "local_stack", *words],
            env=self.environment | changes, capture_output=True, text=True, timeout=_WITHIN_S, check=False,
        )  # fmt: skip

    def launcher(self) -> psutil.Process:
        return psutil.Process(int((self.folder / "launcher.lock").read_text()))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "local")
    yield made
    made.run("down")


def _end_of(processes: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_up_sets_up_what_services_need_and_keeps_it_until_reset(machine: Machine) -> None:
    started = machine.run("up", "--detach", "--servers-only")
    assert started.returncode == 0, started.stderr
    assert "already running" in machine.run("up", "--servers-only").stderr
    assert "0 topics created" in machine.run("topics").stdout
    passwords = (machine.folder / "state" / "passwords.json").read_bytes()

    assert machine.run("down").returncode == 0
    assert machine.run("status").returncode == 1
    assert machine.run("up", "--detach", "--servers-only").returncode == 0
    assert "0 topics created" in machine.run("topics").stdout
    assert (machine.folder / "state" / "passwords.json").read_bytes() == passwords

    assert machine.run("reset").returncode == 0
    assert not (machine.folder / "state").exists()


def test_nothing_survives_a_launcher_that_is_killed(machine: Machine) -> None:
    assert machine.run("up", "--detach", "--servers-only").returncode == 0
    launcher = machine.launcher()
    members = launcher.children(recursive=True)
    assert len(members) >= 4

    launcher.send_signal(signal.SIGKILL)

    assert _end_of(members) == []
    assert machine.run("up", "--detach", "--servers-only").returncode == 0


def test_a_member_that_is_killed_is_started_again(machine: Machine) -> None:
    assert machine.run("up", "--detach", "--servers-only").returncode == 0
    valkey = next(one for one in machine.launcher().children() if "valkey" in one.name())
    valkey.kill()

    deadline = time.monotonic() + 20
    names: set[str] = set()
    while time.monotonic() < deadline and not any("valkey" in name for name in names):
        with contextlib.suppress(psutil.NoSuchProcess):
            names = {one.name() for one in machine.launcher().children() if one.pid != valkey.pid}
    assert any("valkey" in name for name in names)


def test_a_taken_port_is_named_before_anything_starts(machine: Machine) -> None:
    with contextlib.ExitStack() as taking:
        import socket  # noqa: PLC0415

        taking.enter_context(socket.create_server(("127.0.0.1", int(machine.environment["POSTGRES_PORT"]))))
        refused = machine.run("up", "--servers-only")

    assert refused.returncode == 1
    assert "POSTGRES_PORT" in refused.stderr
    assert "已被占用" in refused.stderr
    assert not (machine.folder / "state" / "postgres").exists()


def test_doctor_says_what_it_found_as_json(machine: Machine) -> None:
    findings = json.loads(machine.run("doctor", "--output", "json").stdout)

    assert {"python", "java", "memory", "disk", "kafka"} <= {one["subject"] for one in findings}
