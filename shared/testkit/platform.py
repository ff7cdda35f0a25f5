"""All five services as processes in one world: what choreography and acceptance tests talk to through public doors."""

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from local_stack.addresses import SERVICES
from local_stack.clock import set_clock
from local_stack.members import ServiceProcess, answers, inherited_environment
from local_stack.ports import HOST
from testkit.world import World

_READY_WITHIN_S = 150.0
_STOPPED_WITHIN_S = 45.0
_POLL_S = 0.1


class Platform:
    """The services of one world, each a process that plays all its roles; each can be stopped, killed and started."""

    def __init__(self, world: World, *, services: Iterable[str] = SERVICES, **settings: str) -> None:
        self.world = world
        self.settings = settings
        self.services = tuple(services)
        self.folder = Path(tempfile.mkdtemp(prefix="pledgeboard-platform-"))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def gateway(self) -> str:
        """The one public address."""
        return self.url("gateway")

    def url(self, service: str) -> str:
        """Where a service listens; only the gateway is public."""
        return f"http://{HOST}:{self.world.service_ports[service].http}"

    def start(self, *services: str) -> None:
        """Starts services (all, if none is named) and waits until each says that it is ready.

        Raises:
            AssertionError: one ended or was not ready in time; its log is in the message.
        """
        for name in services or self.services:
            self._launch(name)
        for name in services or self.services:
            self._await_ready(name)

    def stop(self, *services: str) -> None:
        """Drains services in the ordinary way and waits for their end."""
        self._end(services or self.services, signal.SIGTERM)

    def kill(self, *services: str) -> None:
        """Ends services without a word."""
        self._end(services, signal.SIGKILL)

    def freeze(self, *services: str) -> None:
        """Stops services from running; their connections stay open and answer nothing."""
        for name in services:
            self._processes[name].send_signal(signal.SIGSTOP)

    def resume(self, *services: str) -> None:
        """Lets frozen services run on."""
        for name in services:
            self._processes[name].send_signal(signal.SIGCONT)

    def log(self, service: str) -> str:
        """What a service has written."""
        return (self.folder / f"{service}.log").read_text(errors="replace")

    def set_clock(self, now: datetime) -> None:
        """Moves the business clock of all services to a moment; tokens and append times do not follow."""
        set_clock(self.world.database_url, now)

    def _launch(self, name: str) -> None:
        process = ServiceProcess(
            name=name,
            probe_port=self.world.service_ports[name].probe,
            environment=self.world.settings(name, **self.settings),
        )
        launch = process.launch()
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603  # our own service
                launch.argv,
                env=inherited_environment() | dict(launch.environment),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _await_ready(self, name: str) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        probe = f"http://{HOST}:{self.world.service_ports[name].probe}/readyz"
        while not answers(probe):
            ended = self._processes[name].poll()
            assert ended is None, f"{name} ended with {ended}:\n{self.log(name)[-4000:]}"
            assert time.monotonic() < deadline, f"{name} is not ready:\n{self.log(name)[-4000:]}"
            time.sleep(_POLL_S)

    def _end(self, services: Iterable[str], how: signal.Signals) -> None:
        running = [self._processes.pop(name) for name in services if name in self._processes]
        for process in running:
            process.send_signal(how)
        for process in running:
            try:
                process.wait(_STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill(*self.services)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
