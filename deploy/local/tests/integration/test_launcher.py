"""The launcher as a person uses it: servers and setup as real processes."""

import contextlib
import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from testkit.local_machine import LocalMachine

pytestmark = pytest.mark.integration

_WITHIN_S = 120
_UP = ("up", "--detach", "--servers-only")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    made = LocalMachine(tmp_path / "local")
    yield made
    made.run("down")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalMachine]:
    made = LocalMachine(tmp_path_factory.mktemp("running") / "local")
    started = made.run(*_UP)
    assert started.returncode == 0, started.stderr
    yield made
    assert made.run("down").returncode == 0


def _still_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_only_one_launcher_runs_in_a_state_folder(running: LocalMachine) -> None:
    refused = running.run("up", "--servers-only")

    assert refused.returncode == 1
    assert "already running" in refused.stderr


def test_setting_up_again_makes_nothing_twice(running: LocalMachine) -> None:
    done = running.run("setup")

    assert done.returncode == 0, done.stderr
    assert "0 topics created" in done.stdout


def test_a_member_that_is_killed_is_started_again(running: LocalMachine) -> None:
    first = running.member("valkey")
    assert first is not None
    first.kill()

    deadline = time.monotonic() + _WITHIN_S
    while (again := running.member("valkey", other_than=first.pid)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert again is not None


def test_nothing_survives_a_killed_launcher_and_the_next_finds_the_data(machine: LocalMachine) -> None:
    assert machine.run(*_UP).returncode == 0
    passwords = (machine.folder / "state" / "passwords.json").read_bytes()
    launcher = machine.launcher()
    members = launcher.children(recursive=True)
    assert len(members) >= 4

    launcher.send_signal(signal.SIGKILL)

    assert _still_alive(members) == []
    assert machine.run(*_UP).returncode == 0
    assert "0 topics created" in machine.run("topics").stdout
    assert (machine.folder / "state" / "passwords.json").read_bytes() == passwords

    assert machine.run("reset").returncode == 0
    assert machine.run("status").returncode == 1
    assert not (machine.folder / "state").exists()


def test_a_taken_port_is_named_before_anything_starts(machine: LocalMachine) -> None:
    with contextlib.ExitStack() as taking:
        taking.enter_context(socket.create_server(("127.0.0.1", int(machine.environment["POSTGRES_PORT"]))))
        refused = machine.run("up", "--servers-only")

    assert refused.returncode == 1
    assert "POSTGRES_PORT" in refused.stderr
    assert "已被占用" in refused.stderr
    assert not (machine.folder / "state" / "postgres").exists()


def test_doctor_says_what_it_found_as_json(machine: LocalMachine) -> None:
    findings = json.loads(machine.run("doctor", "--output", "json").stdout)

    assert {"python", "java", "memory", "disk", "kafka"} <= {one["subject"] for one in findings}
