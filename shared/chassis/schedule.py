"""Clocked work: what runs when its time has come by the clock port, once, whoever was stopped meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.cause import Cause, Due

RunDue = Callable[[Due, Cause], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One kind of clocked work and its handler, which opens exactly one unit of work with the cause it is given."""

    kind: str
    run: RunDue
