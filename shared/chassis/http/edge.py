"""What stands between the network and every route: identity, the matrix, and the trail of denials."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from chassis.authorization import Matrix
from chassis.cause import Subject
from chassis.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Denial:
    """A request that was refused by identity, the matrix, or the rules about the object."""

    subject: Subject
    operation: str
    slug: str
    method: str
    route: str
    objects: Mapping[str, str]


class Trail(Protocol):
    """Keeps denials; implemented on the audit table."""

    async def denied(self, denial: Denial) -> None:
        """Records a denial; a failure here never turns it into a permission."""
        ...


def _real_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # tokens and step-up follow the real clock, never the platform's offset


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The guard's tools, given to the application once by the wiring."""

    service: str
    identity: Identity
    matrix: Matrix
    trail: Trail
    clock: Callable[[], datetime] = _real_clock
