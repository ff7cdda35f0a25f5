"""Importing a module does nothing: no socket, no engine, no client, no application."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("events", "chassis", "finance", "submissions", "listing", "review", "messaging", "monitoring", "gateway")
PROGRAM = """
import importlib, pkgutil, socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("an import opened a socket")
socket.socket.connect = refuse
package = importlib.import_module(sys.argv[1])
names = [one.name for one in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if ".tests" in name or name.endswith("__main__") or ".migrations" in name:
        continue
    module = importlib.import_module(name)
    for attribute, value in vars(module).items():
        kind = type(value).__name__
        assert kind not in {"AsyncEngine", "KafkaBroker", "FastAPI", "Redis", "AIOKafkaProducer"}, f"{name}.{attribute}"
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_every_module_opens_and_builds_nothing(package: str, project_root: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore"}

    run = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", PROGRAM, package],
        env=bare,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stderr
