"""The local stack as a person uses it, on a state folder and ports of a test's own."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from local_stack import places, ports

_WITHIN_S = 120


class LocalMachine:
    """Runs the project's own commands as processes; `services` moves the five services' ports as well."""

    def __init__(self, folder: Path, *, services: bool = False) -> None:
        folder.mkdir()
        (folder / "cache").symlink_to(places.cache())  # what was fetched once
        chosen = {one.variable: str(ports.reserved_port()) for one in _ports(services=services)}
        self.environment = {**os.environ, **chosen, "PLEDGEBOARD_LOCAL": str(folder)}
        self.folder = folder

    def run(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """One command of the local stack."""
        return self.run_module("local_stack", *words, environment=changes)

    def run_module(
        self, module: str, *words: str, environment: Mapping[str, str], within_s: float = _WITHIN_S
    ) -> subprocess.CompletedProcess[str]:
        """One `python -m module …`."""
        return subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", module, *words],
            env={**self.environment, **environment}, capture_output=True, text=True, timeout=within_s, check=False,
        )  # fmt: skip

    def port(self, port: ports.Port) -> int:
        """Where one part listens here."""
        return int(self.environment[port.variable])

    def launcher(self) -> psutil.Process:
        """The process that supervises the others."""
        return psutil.Process(int((self.folder / "launcher.lock").read_text()))

    def member(self, name: str, *, other_than: int = 0) -> psutil.Process | None:
        """A supervised process by its name."""
        for one in self.launcher().children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if name in one.name() and one.pid != other_than:
                    return one
        return None


def _ports(*, services: bool) -> tuple[ports.Port, ...]:
    servers = (
        ports.KAFKA, ports.KAFKA_CONTROLLER, ports.KAFKA_FIRMS, ports.POSTGRES, ports.VALKEY, ports.OPENID,
    )  # fmt: skip
    return (*servers, *ports.HTTP.values(), *ports.PROBES.values()) if services else servers
