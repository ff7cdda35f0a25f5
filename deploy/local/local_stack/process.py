"""One server as a child process, for tests and for what is built once: start, kill, freeze, stop."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from local_stack.problem import StackProblem
from local_stack.server import Server, dies_with_launcher

_POLL_S = 0.02
_TAIL = 3000


class ServerProcess:
    """A server that this process started. Start it from a thread that lives as long as the server may."""

    def __init__(self, server: Server, *, log: Path) -> None:
        self.server = server
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        return self._running().pid

    @property
    def is_running(self) -> bool:
        """Whether the process lives (a frozen one does)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the server and waits until it is ready.

        Raises:
            StackProblem: it ended, or was not ready in time; the text carries the end of its output.
        """
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Prepares and starts the server, and does not wait."""
        self.server.prepare()
        launch = self.server.launch()
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  # an argument list of our own
                launch.argv, cwd="/", env=launch.full_environment(), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                user=launch.user, group=launch.group, extra_groups=None if launch.user is None else [],
                preexec_fn=dies_with_launcher(launch.death_signal),  # noqa: PLW1509  # async-signal-safe calls only
            )  # fmt: skip

    def wait_until_ready(self) -> None:
        """Waits until the server answers in its protocol.

        Raises:
            StackProblem: it ended, or was not ready in time; the text carries the end of its output.
        """
        deadline = time.monotonic() + self.server.ready_timeout_s
        while time.monotonic() < deadline:
            if not self.is_running:
                self._fail(zh="启动后退出", en="ended while starting")
            if self.server.is_ready():
                return
            time.sleep(_POLL_S)
        self.kill()
        self._fail(zh="未能按时就绪", en="was not ready in time")

    def stop(self) -> None:
        """Asks the server to stop in order; ends it when it does not."""
        if not self.is_running:
            return
        process, launch = self._running(), self.server.launch()
        self.resume()  # a frozen process would not hear the next signal
        process.send_signal(launch.stop_signal)
        try:
            process.wait(launch.stop_timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the server at once, as a loss of power to its process would."""
        self._to_children(signal.SIGCONT)  # a frozen child would not notice that its parent is gone
        os.killpg(self._running().pid, signal.SIGKILL)
        self._running().wait()

    def pause(self) -> None:
        """Freezes the server with its children: its connections and locks stay, its answers do not come."""
        self._running().send_signal(signal.SIGSTOP)
        self._to_children(signal.SIGSTOP)  # after their parent, which makes no more

    def resume(self) -> None:
        """Lets a frozen server go on."""
        self._to_children(signal.SIGCONT)
        self._running().send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Stops what still runs and starts again on the same ports and data."""
        self.stop()
        self.start()

    def output(self) -> str:
        """What the server has printed since its first start."""
        return self.log.read_text(errors="replace")

    def _to_children(self, number: signal.Signals) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.send_signal(number)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            message = f"{self.server.name} was never started"
            raise RuntimeError(message)
        return self._process

    def _fail(self, *, zh: str, en: str) -> None:
        tail = self.output()[-_TAIL:]
        raise StackProblem(zh=f"{self.server.name} {zh}：", en=f"{self.server.name} {en}:\n{tail}")
