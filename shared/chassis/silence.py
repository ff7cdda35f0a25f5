"""Whether the broker still answers: to whoever fetches, an empty answer and none at all look alike."""

import time
from collections.abc import Callable

# An idle broker answers a fetch within a fraction of a second.
SILENT_S = 5.0
# Whoever waits for records asks several times a second; a longer pause is spent at work, and nobody listened.
_LISTENING_S = 2.0


class Voice:
    """What is heard of the broker for one partition."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._answered: int | None = None
        self._asked_at = self._heard_at = monotonic()

    def silence(self, answered: int | None) -> float:
        """Seconds of listening without an answer. `answered` is the client's mark of the last, whatever its clock."""
        now = self._monotonic()
        if answered != self._answered or now - self._asked_at > _LISTENING_S:
            self._answered, self._heard_at = answered, now
        self._asked_at = now
        return now - self._heard_at


def unheard(seconds: float) -> str:
    """The reason a partition waits."""
    return f"the broker has not answered for {seconds:.0f} s"
