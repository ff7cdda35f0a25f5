"""A disk that can be filled: memory of a fixed size, mounted over a server's data in a namespace of its own.

It needs no root, but a kernel that lets an ordinary user make user and mount namespaces (`is_possible`).
"""

import contextlib
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from local_stack.process import ServerProcess
from local_stack.server import Launch, Server

_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
# PostgreSQL refuses to run as root, which the namespace's user is: it runs in one more, as nobody.
_AS_NOBODY = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
_MOUNT = """
cp -a "$1" "$1.kept" && mount -t tmpfs -o size="$2",mode=0700 none "$1" && cp -a "$1.kept/." "$1" && rm -r "$1.kept"
echo mounted && exec sleep infinity
"""
_WITHIN_S = 60


@cache
def is_possible() -> bool:
    """Whether this machine lets us mount memory without being root."""
    try:
        tried = subprocess.run(  # noqa: S603  # our own words
            [*_NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, timeout=_WITHIN_S, check=False
        )
    except OSError:
        return False
    return tried.returncode == 0


class SmallDisk:
    """What lies in `folder` moves onto it; only processes that are started through `entered` see it."""

    def __init__(self, folder: Path, *, size: str) -> None:
        self.folder = folder
        self._holder = subprocess.Popen(  # noqa: S603  # our own words
            [*_NAMESPACE, "sh", "-ec", _MOUNT, "sh", str(folder), size], stdout=subprocess.PIPE, text=True
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "mounted\n"

    def entered(self, argv: list[str]) -> list[str]:
        """The words that run a program where the disk is mounted."""
        pid = str(self._holder.pid)
        return ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", pid, "--", *argv]

    def fill(self) -> None:
        """Leaves not one free block."""
        self._run("dd", "if=/dev/zero", f"of={self.folder}/ballast", "bs=4k")

    def empty(self) -> None:
        """Takes the ballast away again."""
        self._run("rm", "-f", f"{self.folder}/ballast")

    def remove(self) -> None:
        """The disk and what lies on it are gone."""
        self._holder.kill()
        self._holder.communicate()

    def _run(self, *argv: str) -> None:
        # dd ends with an error when the disk is full: that is what it is asked for.
        subprocess.run(self.entered(list(argv)), capture_output=True, timeout=_WITHIN_S, check=False)  # noqa: S603


class OnSmallDisk(Server):
    """A server that was prepared elsewhere and goes on with its data on the disk."""

    def __init__(self, server: Server, disk: SmallDisk) -> None:
        self.name = server.name
        self.ready_timeout_s = server.ready_timeout_s
        self._server = server
        self._disk = disk

    def prepare(self) -> None:
        """Its data are there."""

    def launch(self) -> Launch:
        """The same process, where the disk is mounted."""
        launch = self._server.launch()
        own = launch.argv if launch.argv[0] == _AS_NOBODY[0] else [*self._wrapper(), *launch.argv]
        return Launch(
            argv=self._disk.entered(own),
            environment=launch.environment,
            stop_signal=launch.stop_signal,
            death_signal=launch.death_signal,
        )

    def is_ready(self) -> bool:
        """Asked in its own protocol."""
        return self._server.is_ready()

    def _wrapper(self) -> list[str]:
        return _AS_NOBODY if self.name == "postgres" else []


@contextlib.contextmanager
def on_small_disk(process: ServerProcess, folder: Path, *, size: str) -> Iterator[SmallDisk]:
    """Restarts a server with its data on a disk that can be filled."""
    process.stop()
    disk = SmallDisk(folder, size=size)
    process.server = OnSmallDisk(process.server, disk)
    try:
        process.start()
        yield disk
    finally:
        process.stop()
        disk.remove()
