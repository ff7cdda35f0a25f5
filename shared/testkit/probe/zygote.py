"""Starts probe processes by forking one that has imported everything: a start costs milliseconds, not seconds.

`python -m testkit.probe.zygote` reads one JSON request a line and answers each with one line.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any, NoReturn

from local_stack.server import dies_with_launcher


class Zygote:
    """The forking process, as a test session holds it. Processes it started are killed with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "testkit.probe.zygote"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=dies_with_launcher(signal.SIGKILL),  # noqa: PLW1509  # async-signal-safe calls only
        )  # fmt: skip

    def start(self, role: str, *, environment: Mapping[str, str], log: str) -> int:
        """Starts one role of the probe; answers its process id."""
        return int(self._ask(do="start", role=role, environment=dict(environment), log=log))

    def exit_code(self, pid: int) -> int | None:
        """How a process ended (negative: by which signal); nothing while it runs."""
        answer = self._ask(do="poll", pid=pid)
        return None if answer is None else int(answer)

    def close(self) -> None:
        """Ends the forking process, and with it what it started."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, **request: object) -> Any:  # JSON
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


def serve() -> None:
    """Answers requests until the asking side is gone."""
    from testkit.probe import __main__ as probe  # noqa: PLC0415  # what is imported once for all of them

    ended: dict[int, int] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "start":
            pid = _fork(probe.main, request)
            print(json.dumps(pid), flush=True)  # noqa: T201  # the answer
        else:
            print(json.dumps(_poll(request["pid"], ended)), flush=True)  # noqa: T201  # the same


def _fork(main: Any, request: dict[str, Any]) -> int:  # a function of a role
    bind = dies_with_launcher(signal.SIGKILL)
    pid = os.fork()
    if pid == 0:
        _become(main, request, bind)
    return pid


def _become(main: Any, request: dict[str, Any], bind: Any) -> NoReturn:  # functions
    code = 70
    try:
        bind()
        output = os.open(request["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        os.environ.update(request["environment"])
        random.seed()
        code = main(request["role"])
    finally:
        sys.stderr.flush()
        os._exit(code)


def _poll(pid: int, ended: dict[int, int]) -> int | None:
    if pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if not found:
            return None
        ended[pid] = os.waitstatus_to_exitcode(status)
    return ended[pid]


if __name__ == "__main__":
    serve()
