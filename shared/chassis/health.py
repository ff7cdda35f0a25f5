"""Whether a process lives, has started, and is ready for work; by role, and by partition where there are any."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

STALLED_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One reason to be ready or not, in words for the person on duty. Never personal data."""

    ok: bool
    detail: str = ""


@dataclass(kw_only=True)
class Readiness:
    """What the probes of one process answer from. Parts register the conditions they alone can judge."""

    role: str
    started: bool = False
    draining: bool = False
    _checks: dict[str, Callable[[], Condition]] = field(default_factory=dict)

    def register(self, name: str, check: Callable[[], Condition]) -> None:
        """Adds a condition; the same name again replaces it."""
        self._checks[name] = check

    def unregister(self, name: str) -> None:
        """Takes a condition away with the part it spoke for."""
        self._checks.pop(name, None)

    def conditions(self) -> dict[str, Condition]:
        """Every registered condition as it stands now."""
        return {name: check() for name, check in self._checks.items()}

    def ready(self) -> bool:
        """Started, not draining, and every condition holds."""
        return self.started and not self.draining and all(one.ok for one in self.conditions().values())


@dataclass
class _Partition:
    applied: int | None = None
    end: int | None = None
    moved_at: float = 0.0
    blocked: str | None = None


class PartitionProgress:
    """Progress of one consumer, partition by partition: what `/readyz` of a worker looks at.

    A partition is unwell while it is blocked (a dependency is away), or lags without having moved for a while.
    """

    def __init__(
        self, *, monotonic: Callable[[], float] = time.monotonic, stalled_seconds: float = STALLED_SECONDS
    ) -> None:
        self._monotonic = monotonic
        self._stalled_seconds = stalled_seconds
        self._partitions: dict[str, _Partition] = {}

    def assigned(self, partition: str) -> None:
        """The partition is ours from now on."""
        self._partitions[partition] = _Partition(moved_at=self._monotonic())

    def revoked(self, partition: str) -> None:
        """The partition is somebody else's from now on."""
        self._partitions.pop(partition, None)

    def advanced(self, partition: str, *, applied: int, end: int | None = None) -> None:
        """Everything before `applied` is done; `end` is the log's end as far as it is known."""
        one = self._partitions.setdefault(partition, _Partition(moved_at=self._monotonic()))
        if one.applied != applied:
            one.moved_at = self._monotonic()
        one.applied, one.end, one.blocked = applied, end if end is not None else one.end, None

    def blocked(self, partition: str, reason: str) -> None:
        """The partition waits; `reason` names the dependency, not the data."""
        self._partitions.setdefault(partition, _Partition(moved_at=self._monotonic())).blocked = reason

    def condition(self) -> Condition:
        """Well when every partition is; the detail names those that are not."""
        unwell = [f"{name}: {reason}" for name, one in self._partitions.items() if (reason := self._reason(one))]
        return Condition(ok=not unwell, detail="; ".join(sorted(unwell)))

    def _reason(self, one: _Partition) -> str | None:
        if one.blocked:
            return one.blocked
        lags = one.end is not None and (one.applied or 0) < one.end
        idle = self._monotonic() - one.moved_at
        return f"no progress for {idle:.0f} s" if lags and idle > self._stalled_seconds else None
