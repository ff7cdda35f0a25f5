"""The passwords of the local stack: made at first need, kept in one private file, never in the repository.

One that the environment gives (`KAFKA_LISTING_PASSWORD` for `kafka/listing`) is used as it is and kept nowhere: so the
same setup serves a world whose secrets somebody else keeps.
"""

import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from local_stack.server import private_file


class Passwords:
    """Passwords by name, kept in a folder. Several processes may ask at once: all get the same one."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "passwords.json"
        self._lock = folder / "passwords.lock"

    def of(self, name: str) -> str:
        """The password of a name; made now if there is none yet."""
        return self.all_of([name])[name]

    def all_of(self, names: Iterable[str]) -> dict[str, str]:
        """The passwords of several names."""
        wanted = list(names)
        given = {name: os.environ[variable] for name in wanted if os.environ.get(variable := variable_of(name))}
        return {**self._kept([name for name in wanted if name not in given]), **given}

    def _kept(self, wanted: list[str]) -> dict[str, str]:
        if not wanted:
            return {}
        self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
            missing = [name for name in wanted if name not in kept]
            if missing:
                # Letters, digits, dash and underscore: safe in a URL, a properties file and SQL alike.
                kept |= {name: secrets.token_urlsafe(24) for name in missing}
                private_file(self._file, json.dumps(kept, indent=1))
        return {name: kept[name] for name in wanted}


def variable_of(name: str) -> str:
    """The environment variable that may give the password of a name."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper()) + "_PASSWORD"
