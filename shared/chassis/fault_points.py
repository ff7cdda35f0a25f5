"""Named places where a test may stop a process to end it from outside.

An exception is not a kill: a reached point leaves a mark and freezes the whole process, and the test then sends
SIGKILL (or takes the mark away, to let a process that was frozen for long go on from exactly there). Without
`FAULT_POINTS`, or outside local and test, every point is a no-op.
"""

import time
from pathlib import Path

from chassis.clock import OFFSET_ENVIRONMENTS

POLL_S = 0.01

_armed: dict[str, int] = {}
_marks: list[Path] = []


class FaultPointsRefused(RuntimeError):
    """Fault points were named in an environment that serves people."""


def arm(points: str, *, marks: Path, environment: str) -> None:
    """Arms points for this process: `name` freezes at the first visit, `name:3` at the third, comma-separated.

    Raises:
        FaultPointsRefused: the environment is neither local nor test.
    """
    if not points:
        return
    if environment not in OFFSET_ENVIRONMENTS:
        raise FaultPointsRefused(environment)
    for point in points.split(","):
        name, _, visit = point.partition(":")
        _armed[name] = int(visit or 1)
    _marks[:] = [marks]


async def fault_point(name: str) -> None:
    """Freezes the process here if this point is armed and its visit has come."""
    if name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] == 0:
        _freeze(name)


def _freeze(name: str) -> None:
    mark = _marks[0] / name
    mark.touch()
    while mark.exists():  # until the process is killed, or whoever froze it takes the mark away
        time.sleep(POLL_S)
