"""The launcher's own life: one at a time per state folder, found by others, in the foreground or left running."""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from local_stack import holds, places, ports
from local_stack.jars import missing_jars
from local_stack.plan import Plan, make_plan
from local_stack.problem import StackProblem
from local_stack.server import private_file
from local_stack.supervisor import Supervisor

_READY_WITHIN_S = 300
_STOPPED_WITHIN_S = 120
_POLL_S = 0.1
_COLOURS = (36, 33, 35, 32, 34, 31, 96, 93)


def run_in_foreground(*, with_services: bool = True) -> int:
    """Runs the stack until it is told to stop.

    Raises:
        StackProblem: it already runs, a port is taken, or a part is missing.
    """
    with _only_launcher() as lock:
        holds.release_all()
        plan = make_plan(with_services=with_services)
        for port in plan.ports:
            ports.require_free(port)
        log = Log([member.name for member in plan.members])
        if missing_jars() and any(member.name == "kafka" for member in plan.members):
            log.say("kafka", "首次启动：正在下载（43 MiB）/ first start: fetching it (43 MiB)")
        supervisor = Supervisor(plan.members, log.say)
        return asyncio.run(_run(supervisor, plan, lock))


def start_detached(*, with_services: bool = True) -> None:
    """Starts the stack, waits until everything is ready, and leaves it running.

    Raises:
        StackProblem: it ended, or was not ready in time; the log is named.
    """
    if running_pid() is not None:
        return
    log = log_file()
    argv = [sys.executable, "-m", "local_stack", "up", *([] if with_services else ["--servers-only"])]
    with log.open("wb") as output:
        launcher = subprocess.Popen(  # noqa: S603  # ourselves
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _READY_WITHIN_S
    while not is_ready():
        if launcher.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise StackProblem(
                zh=f"本地环境未能启动，日志见 {log}：", en=f"The stack did not start, see {log}:\n{tail}"
            )
        time.sleep(_POLL_S)
    launcher.returncode = 0  # it stays; nobody waits for it


def stop() -> bool:
    """Stops a running stack in order; answers whether one ran.

    Raises:
        StackProblem: it did not stop in time.
    """
    pid = running_pid()
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOPPED_WITHIN_S
    while running_pid() is not None:
        if time.monotonic() > deadline:
            raise StackProblem(
                zh=f"启动器（进程 {pid}）未按时停止。", en=f"The launcher (process {pid}) did not stop in time."
            )
        time.sleep(_POLL_S)
    return True


def reset() -> None:
    """Stops the stack and removes its data, passwords and certificates. What was downloaded stays."""
    stop()
    shutil.rmtree(places.state())


def running_pid() -> int | None:
    """The process id of the launcher that holds this state folder; None when nobody does."""
    path = _lock_file()
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            text = lock.read()
            return int(text) if text.isdecimal() else 0
        return None


def is_ready() -> bool:
    """Whether everything of a running stack is ready."""
    if running_pid() is None or not _status_file().exists():
        return False
    return bool(json.loads(_status_file().read_text())["ready"])


def log_file() -> Path:
    """Where a stack left running writes."""
    return places.home() / "stack.log"


class Log:
    """The members' output, each line behind its member's name."""

    def __init__(self, names: list[str]) -> None:
        self._width = max(map(len, names))
        is_terminal = sys.stdout.isatty()
        self._colours = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(names)} if is_terminal else {}

    def say(self, name: str, line: str) -> None:
        """Writes one line."""
        tag = f"{name:<{self._width}} |"
        if name in self._colours:
            tag = f"\x1b[{self._colours[name]}m{tag}\x1b[0m"
        # Whoever read the other end of a pipe may be gone; the stack goes on.
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(f"{tag} {line}\n")
            sys.stdout.flush()


async def _run(supervisor: Supervisor, plan: Plan, lock: int) -> int:
    del lock  # held open while this runs
    _status(ready=False)
    announcing = asyncio.create_task(_announce(supervisor, plan))
    try:
        return await supervisor.run()
    finally:
        announcing.cancel()
        _status_file().unlink(missing_ok=True)


async def _announce(supervisor: Supervisor, plan: Plan) -> None:
    await supervisor.all_ready.wait()
    _status(ready=True)
    sys.stdout.write(
        f"\n全部就绪 / everything is ready: {plan.gateway_url}/api/v1 · {plan.gateway_url}/docs · "
        f"{plan.addresses.issuer}\n\n"
    )
    sys.stdout.flush()


def _status(*, ready: bool) -> None:
    private_file(_status_file(), json.dumps({"ready": ready}))


@contextlib.contextmanager
def _only_launcher() -> Iterator[int]:
    # The kernel lets go of the lock with the process, whatever ends it.
    with _lock_file().open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise StackProblem(
                zh="本地环境已在运行。查看状态：status；停止：down。",
                en="The stack is already running. Look at it with `status`, stop it with `down`.",
            ) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _lock_file() -> Path:
    places.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    return places.home() / "launcher.lock"


def _status_file() -> Path:
    return places.home() / "status.json"
