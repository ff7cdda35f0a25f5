"""What a server is to the stack: how it is prepared, launched, asked whether it is ready, and stopped."""

import ctypes
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One process as it is to be started and stopped.

    `death_signal` is sent by the kernel when the process that launched it is gone, whatever ended it.
    `user` and `group` are ids to run as, where the launcher's own will not do. What does not inherit the launcher's
    environment gets nothing but `environment`: a service must not see an administrator's password.
    """

    argv: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    inherits: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 20
    user: int | None = None
    group: int | None = None

    def full_environment(self) -> dict[str, str]:
        """All variables of the process."""
        return {**(os.environ if self.inherits else {}), **self.environment}


class Server(ABC):
    """A server the stack runs. Its ports and its folder are given; what it needs there it makes in `prepare`."""

    name: str
    ready_timeout_s: float = 120

    @abstractmethod
    def prepare(self) -> None:
        """Makes what the first start needs; does nothing at a later one."""

    @abstractmethod
    def launch(self) -> Launch:
        """The process that is the server."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the server answers in its own protocol, asked once and without waiting long."""


def dies_with_launcher(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before it becomes the server, so that it does not outlive its launcher.

    The kernel watches the *thread* that launched: call this from a thread that lives as long as the server may.
    """
    launcher = os.getpid()

    def bind_to_launcher() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != launcher:  # it ended before the line above took effect
            os.kill(os.getpid(), signal.SIGKILL)

    return bind_to_launcher


def private_file(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
