"""The compose file as Docker Compose reads it; its `config` needs no engine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_stack.places import REPOSITORY

Config = Callable[[dict[str, str]], subprocess.CompletedProcess[str]]
_COMPOSE = Path(sys.executable).with_name("docker-compose")
_FILE = REPOSITORY / "docker-compose.yml"


@pytest.fixture(scope="session")
def text() -> str:
    return _FILE.read_text()


@pytest.fixture(scope="session")
def config() -> Config:
    def config(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # our own file
            [_COMPOSE, "--file", _FILE, "--env-file", os.devnull, "config", "--format", "json"],
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return config


@pytest.fixture(scope="session")
def secrets(text: str) -> dict[str, str]:
    """A secret of its own for each variable, so that one in the wrong place is seen."""
    return {name: f"secret-of-{name}" for name in re.findall(r"\$\{([A-Z0-9_]+):\?", text)}


@pytest.fixture(scope="session")
def services(config: Config, secrets: dict[str, str]) -> dict[str, dict[str, Any]]:
    made = config(secrets)
    assert made.returncode == 0, made.stderr
    found: dict[str, dict[str, Any]] = json.loads(made.stdout)["services"]
    return found
