"""Holding a service back: it is drained and stays down, while the rest of the stack runs, until it is released.

For demonstrations and drills: what happens while a service is away must happen when it is back.
"""

import time
from collections.abc import Callable
from pathlib import Path

from local_stack import places
from local_stack.problem import StackProblem

_WITHIN_S = 60
_POLL_S = 0.1


def hold(name: str, *, is_ready: Callable[[], bool]) -> None:
    """Takes a service down and waits until it answers no more.

    Raises:
        StackProblem: it still answers.
    """
    _mark(name).touch()
    _wait(lambda: not is_ready(), zh=f"{name} 未按时停止。", en=f"{name} did not stop in time.")


def release(name: str, *, is_ready: Callable[[], bool]) -> None:
    """Lets a service run again and waits until it is ready.

    Raises:
        StackProblem: it is not ready in time.
    """
    _mark(name).unlink(missing_ok=True)
    _wait(is_ready, zh=f"{name} 未按时就绪。", en=f"{name} was not ready in time.")


def is_held(name: str) -> bool:
    """Whether a service is held back."""
    return _mark(name).exists()


def release_all() -> None:
    """Forgets all holds: a new launcher starts everything."""
    for mark in _folder().iterdir():
        mark.unlink()


def _wait(reached: Callable[[], bool], *, zh: str, en: str) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not reached():
        if time.monotonic() > deadline:
            raise StackProblem(zh=zh, en=en)
        time.sleep(_POLL_S)


def _mark(name: str) -> Path:
    return _folder() / name


def _folder() -> Path:
    folder = places.state() / "held"
    folder.mkdir(exist_ok=True)
    return folder
