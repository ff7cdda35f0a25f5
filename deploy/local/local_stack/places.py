"""Where things lie: the repository's declarations, what is downloaded or built once, and the running stack's state."""

import importlib.util
import os
from pathlib import Path

from local_stack.problem import StackProblem

REPOSITORY = Path(__file__).resolve().parents[3]
KAFKA_DECLARATIONS = REPOSITORY / "deploy" / "kafka"
POSTGRES_DECLARATIONS = REPOSITORY / "deploy" / "postgres"


def home() -> Path:
    """The folder of everything local: `.local/` of the repository, or where `PLEDGEBOARD_LOCAL` says."""
    return Path(os.environ.get("PLEDGEBOARD_LOCAL") or REPOSITORY / ".local").resolve()


def cache() -> Path:
    """What is fetched or built once and survives a reset."""
    return _private(home() / "cache")


def state() -> Path:
    """Data, passwords and certificates of the stack; a reset removes it."""
    return _private(home() / "state")


def package_folder(name: str) -> Path:
    """The folder of an installed package that carries a server; the package itself is not imported.

    Raises:
        StackProblem: it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise StackProblem(
            zh=f"缺少 Python 包 {name}。请先运行 make setup。",
            en=f"The Python package {name} is missing. Run make setup first.",
        )
    return Path(spec.origin).parent


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
