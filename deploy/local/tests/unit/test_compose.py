"""The compose file is one that Docker Compose accepts; its `config` needs no engine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_stack.places import REPOSITORY

_COMPOSE = Path(sys.executable).with_name("docker-compose")
_FILE = REPOSITORY / "docker-compose.yml"


def _config(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own file
        [_COMPOSE, "--file", _FILE, "--env-file", os.devnull, "config", "--format", "json"],
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_every_server_is_healthy_by_its_own_protocol_and_on_loopback_only() -> None:
    made = _config(POSTGRES_PASSWORD="x", VALKEY_PASSWORD="y")
    assert made.returncode == 0, made.stderr
    services = json.loads(made.stdout)["services"]

    assert set(services) == {"kafka", "postgres", "valkey"}
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        assert {port["host_ip"] for port in service["ports"]} == {"127.0.0.1"}, name


@pytest.mark.parametrize("left_out", ["POSTGRES_PASSWORD", "VALKEY_PASSWORD"])
def test_it_holds_no_password_of_its_own(left_out: str) -> None:
    given = {"POSTGRES_PASSWORD": "x", "VALKEY_PASSWORD": "y"}
    del given[left_out]  # Compose names one of several, and not always the same one
    refused = _config(**given)

    assert not refused.stdout
    assert left_out in refused.stderr


def test_kafka_is_the_version_of_the_lock() -> None:
    lock = (REPOSITORY / "deploy" / "kafka" / "kafka.lock.json").read_text()
    version = json.loads(lock)["jars"][0]["coordinate"].rsplit(":")[-1]

    assert f"image: apache/kafka:{version}\n" in _FILE.read_text()
