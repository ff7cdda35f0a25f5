"""The probe's processes, held from outside: started, killed, frozen, asked to stop."""

import asyncio
import os
import re
import signal
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError

from chassis.kafka_admin import KafkaConnection
from local_stack import ports
from testkit.eventually import eventually
from testkit.probe.zygote import Zygote
from testkit.spine import HEARS, SAYS, SpineWorld

Role = Literal["relay", "consumer"]
READY_S = 60
STOPPED_S = 40


@dataclass
class ProbeProcess:
    """One process. Its log is kept and shown when something is not as it should be."""

    role: Role
    environment: Mapping[str, str]
    folder: Path
    zygote: Zygote
    port: int = field(default_factory=ports.reserved_port)
    pid: int = 0

    @property
    def log(self) -> str:
        """What it printed."""
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> "ProbeProcess":
        """Starts it; does not wait."""
        own = {"PROBE_PORT": str(self.port), "FAULT_MARKS": str(self.folder)}
        log = str(self.folder / "log")
        self.pid = self.zygote.start(self.role, environment={**self.environment, **own}, log=log)
        return self

    async def ready(self) -> "ProbeProcess":
        """Waits until its probe says so."""
        await eventually(self._is_ready, within=READY_S, what=f"{self.role} ready")
        return self

    async def kill(self) -> None:
        """Ends it as a loss of power would, frozen or not."""
        self._signal(signal.SIGKILL)
        await self.ended()

    def freeze(self) -> None:
        """Stops it from running; its sessions and locks stay."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it run on."""
        self._signal(signal.SIGCONT)

    async def stop(self) -> int:
        """Asks it to end in order; says its exit code."""
        self._signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self, *, within: float = STOPPED_S) -> int:
        """Waits for its end; says its exit code (negative: by which signal)."""

        async def code() -> int | None:
            return self.zygote.exit_code(self.pid)

        found = await eventually(code, within=within, until=lambda one: one is not None, what=f"{self.role} ended")
        assert found is not None
        return found

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return bool(self.pid) and self.zygote.exit_code(self.pid) is None

    async def reached(self, point: str, *, within: float = READY_S) -> None:
        """Waits for the mark of a fault point: the process is frozen there."""

        async def marked() -> bool:
            return (self.folder / point.partition(":")[0]).exists()

        await eventually(marked, within=within, what=f"{self.role} at {point}")

    def let_go(self, point: str) -> None:
        """Lets a process go on from the fault point it is frozen at."""
        (self.folder / point.partition(":")[0]).unlink()

    async def metric(self, name: str) -> float:
        """The sum of one metric over its labels."""
        text = await asyncio.to_thread(self._get, "/metrics")
        found = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE)
        return sum(float(one) for one in found)

    async def is_unready(self) -> bool:
        """Whether it runs and says that it is not ready."""
        try:
            await asyncio.to_thread(self._get, "/readyz")
        except HTTPError:
            return True
        return False

    async def _is_ready(self) -> bool:
        if not self.is_running:
            raise AssertionError(f"{self.role} ended:\n{self.log[-3000:]}")
        try:
            await asyncio.to_thread(self._get, "/readyz")
        except OSError:
            return False
        return True

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://{ports.HOST}:{self.port}{path}", timeout=5) as answer:  # our own
            return str(answer.read().decode())

    def _signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)


@dataclass
class Probes:
    """Makes the processes of one spine world, and ends what is left of them."""

    spine: SpineWorld
    zygote: Zygote
    made: list[ProbeProcess] = field(default_factory=list)

    def make(self, role: Role, *, point: str = "", **extra: str) -> ProbeProcess:
        """A process that is not started yet; `point` names the fault point it freezes at."""
        folder = Path(tempfile.mkdtemp(prefix="probe-"))
        process = ProbeProcess(role, self._environment(role, point) | extra, folder, self.zygote)
        self.made.append(process)
        return process

    async def start(self, role: Role, *, point: str = "", **extra: str) -> ProbeProcess:
        """A process that is ready, or on its way to its fault point."""
        process = self.make(role, point=point, **extra).start()
        return process if point else await process.ready()

    async def end(self) -> None:
        """Kills whatever still runs."""
        for process in self.made:
            if process.is_running:
                await process.kill()

    def logs(self) -> str:
        """The ends of all logs, for a failing test."""
        return "\n".join(f"--- {one.role}\n{one.log[-2000:]}" for one in self.made)

    def _environment(self, role: Role, point: str) -> dict[str, str]:
        service = SAYS if role == "relay" else HEARS
        kafka: KafkaConnection = self.spine.kafka(service)
        return {
            "ENVIRONMENT": "test",
            "HTTP_HOST": ports.HOST,
            "KAFKA_BOOTSTRAP": kafka.bootstrap,
            "KAFKA_SECURITY": kafka.security,
            "KAFKA_USERNAME": kafka.username or "",
            "KAFKA_PASSWORD": kafka.password or "",
            "TOPIC_PREFIX": self.spine.prefix,
            "CONSUMER_SESSION_TIMEOUT_MS": str(self.spine.session_timeout_ms),
            "DATABASE_URL": self.spine.role_url(service),
            "RELAY_DATABASE_URL": self.spine.role_url(f"{service}_relay"),
            "FAULT_POINTS": point,
        }
