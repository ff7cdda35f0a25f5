"""The session's one set of servers: held by the controlling process, asked for by its workers.

`PLEDGEBOARD_STACK` says of what sort: `processes` (the default) or `containers`.
"""

import contextlib
import os
import tempfile
import threading
import traceback
from multiprocessing.connection import Client, Listener
from pathlib import Path

from testkit.containers import ContainerServers, Testcontainers
from testkit.servers import Servers
from testkit.world import Stack

_STOPPED_WITHIN_S = 60
VARIABLE = "PLEDGEBOARD_STACK"


class ServersNotStarted(RuntimeError):
    """No test that needs the servers can run."""


class SessionServers:
    """Starts the set when it is first asked for, once, and stops it at the end."""

    def __init__(self) -> None:
        self._servers: Servers | ContainerServers | None = None
        self._stack: Stack | None = None
        self._failure: Exception | None = None
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def stack(self) -> Stack:
        """Where the set is; starts it at the first call, from a thread that must live as long as the session."""
        if self._failure is not None:
            raise self._failure
        if self._stack is None:
            try:
                self._servers = start_servers()
                self._stack = Stack.make(self._servers.addresses)
            except Exception as failure:
                self._failure = failure
                raise
        return self._stack

    def listen(self) -> str:
        """Answers workers from now on; returns where they ask."""
        if self._listener is None:
            self._folder = tempfile.TemporaryDirectory(prefix="pledgeboard-")
            self._listener = Listener(str(Path(self._folder.name) / "socket"), family="AF_UNIX", backlog=64)
            # The kernel ends the servers with the thread that started them: this one lasts as long as the session.
            self._thread = threading.Thread(target=self._answer, args=(self._listener,), name="servers", daemon=True)
            self._thread.start()
        return str(self._listener.address)

    def stop(self) -> None:
        """Stops the set, if it was started."""
        if self._listener is not None and self._thread is not None:
            with contextlib.suppress(OSError), Client(str(self._listener.address), family="AF_UNIX") as farewell:
                farewell.send(None)
            self._thread.join(_STOPPED_WITHIN_S)
            self._listener.close()
        else:
            self._stop_servers()
        if self._folder is not None:
            self._folder.cleanup()

    def _stop_servers(self) -> None:
        if self._servers is not None:
            self._servers.stop()
            self._servers = None

    def _answer(self, listener: Listener) -> None:
        while True:
            with listener.accept() as worker:
                if worker.recv() is None:
                    break
                try:
                    answer: Stack | str = self.stack()
                except Exception:  # noqa: BLE001  # it is raised again in the worker that asked
                    answer = traceback.format_exc()
                worker.send(answer)
        self._stop_servers()


def start_servers() -> Servers | ContainerServers:
    """A set of the sort that the environment asks for.

    Raises:
        EngineAbsent: containers are asked for where no engine answers.
        ServersNotStarted: it asks for a sort that there is not.
        StackProblem: a server did not start.
    """
    match os.environ.get(VARIABLE) or "processes":
        case "processes":
            return Servers.start()
        case "containers":
            return ContainerServers.start(Testcontainers())
        case other:
            raise ServersNotStarted(f"{VARIABLE}={other} is unknown: say processes or containers")


def ask_controller(address: str) -> Stack:
    """The session's servers, asked for by a worker.

    Raises:
        ServersNotStarted: the controlling process could not start them; the message is its traceback.
    """
    with Client(address, family="AF_UNIX") as controller:
        controller.send("servers")
        answer = controller.recv()
    if isinstance(answer, str):
        raise ServersNotStarted(answer)
    assert isinstance(answer, Stack)
    return answer
