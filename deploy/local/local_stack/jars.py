"""The broker's jars: fetched once, each checked against the lock."""

import functools
import hashlib
import json
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local_stack import places
from local_stack.problem import StackProblem

LOCK = places.KAFKA_DECLARATIONS / "kafka.lock.json"
_FETCHERS = 8
_ATTEMPTS_MAX = 3
_TIMEOUT_S = 60


@dataclass(frozen=True, kw_only=True)
class Jar:
    """One locked jar: its Maven coordinate, its place in the cache, and its hash."""

    coordinate: str
    path: str
    sha256: str


def locked_jars() -> list[Jar]:
    """The jars of the lock, in class path order."""
    rows = json.loads(LOCK.read_text())["jars"]
    return [Jar(coordinate=row["coordinate"], path=row["path"], sha256=row["sha256"]) for row in rows]


def missing_jars() -> list[Jar]:
    """The jars that are not in the cache yet."""
    return [jar for jar in locked_jars() if not (_folder() / jar.path).exists()]


@functools.cache
def class_path() -> str:
    """The absolute class path of the broker; fetches what is not in the cache yet.

    Raises:
        StackProblem: a jar could not be fetched or is not the locked one.
    """
    folder = _folder()
    jars = locked_jars()
    missing = [jar for jar in jars if not _is_whole(folder / jar.path, jar)]
    if missing:
        _fetch(missing, folder)
    # Absolute, because class archives record the path they were made with.
    return os.pathsep.join(str(folder / jar.path) for jar in jars)


def _folder() -> Path:
    return places.cache() / "jars"


def _is_whole(path: Path, jar: Jar) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def _fetch(jars: Sequence[Jar], folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a run-time folder that it does not need
        from jgo.maven import MavenContext  # noqa: PLC0415  # slow to import, and needed once per machine

    context = MavenContext(repo_cache=folder, local_repos=[], timeout=_TIMEOUT_S)

    def fetch(jar: Jar) -> None:
        path = folder / jar.path
        group, artifact, version = jar.coordinate.split(":")
        for _ in range(_ATTEMPTS_MAX):
            path.unlink(missing_ok=True)
            try:
                context.project(group, artifact).at_version(version).artifact().resolve()
            except (OSError, RuntimeError):
                continue
            if _is_whole(path, jar):
                return
        raise StackProblem(
            zh=f"无法取得 {jar.coordinate}，或其内容与锁定文件不符。请检查网络后重试。",
            en=f"{jar.coordinate} could not be fetched, or it is not the locked file. Check the network and try again.",
        )

    with ThreadPoolExecutor(_FETCHERS) as pool:
        list(pool.map(fetch, jars))
