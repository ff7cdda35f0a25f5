"""`make demo` as a newcomer runs it: the command itself, on a folder and ports of its own."""

import re
import subprocess
from collections.abc import Iterator

import httpx2
import pytest

from local_stack import ports
from testkit.local_machine import LocalMachine

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

_WITHIN_S = 480.0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalMachine]:
    made = LocalMachine(tmp_path_factory.mktemp("demo") / "local", services=True)
    yield made
    made.run("down")


@pytest.fixture(scope="module")
def told(machine: LocalMachine) -> subprocess.CompletedProcess[str]:
    return machine.run_module("demo", environment={"PLEDGEBOARD_DATA": ""}, within_s=_WITHIN_S)


def test_the_story_is_told_to_its_end(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-4000:]
    assert "The system is left running" in told.stdout


def test_it_shows_the_borrowers_alert_raised_and_cleared(told: subprocess.CompletedProcess[str]) -> None:
    assert re.search(r"B11\.2a", told.stdout)
    assert "raised" in told.stdout
    assert "cleared" in told.stdout


def test_it_leaves_the_system_running_where_it_says(
    machine: LocalMachine, told: subprocess.CompletedProcess[str]
) -> None:
    gateway = f"http://127.0.0.1:{machine.port(ports.HTTP['gateway'])}"

    assert f"{gateway}/docs" in told.stdout
    assert httpx2.get(f"{gateway}/docs").status_code == httpx2.codes.OK
    assert httpx2.get(f"{gateway}/api/v1/openapi.json").json()["openapi"].startswith("3.1")


def test_the_first_thing_to_try_works(machine: LocalMachine, told: subprocess.CompletedProcess[str]) -> None:
    (named,) = re.findall(r"\.venv/bin/pledgeboard (.*sign-in .+)", told.stdout.replace("\\\n", ""))

    tried = machine.run_module(
        "pledgeboard", *named.split(), environment={"PLEDGEBOARD_HOME": str(machine.folder / "client")}
    )

    assert tried.returncode == 0, tried.stderr
