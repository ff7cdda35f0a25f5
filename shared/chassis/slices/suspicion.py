"""Finding the record that ends the process: what stood at the stored offset when it died is under suspicion.

The normal path writes nothing for this. At each assignment the stored offset is compared with that of the last one:
no progress counts as an interruption. After the second one the range is cut into sixteenths, and each is announced
before it is tried; a piece that was announced and not finished is cut again, down to one message and then to one
line of it. So a killing record among 5,000 is found in a few restarts, and restarts for any other reason cost only
smaller slices for a while.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

INTERRUPTIONS_TOLERATED = 1
CUT = 16


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """What is known about one partition across the deaths of processes.

    The range [start, until) in offsets; `step` is how many messages may be tried together (0: no limit), `tried` the
    offset at which a piece was announced, `lines` the announced lines of a single message (an empty range: the
    message without them).
    """

    start: int
    until: int
    interruptions: int = 0
    step: int = 0
    tried: int | None = None
    lines: tuple[int, int] | None = None

    @property
    def narrows(self) -> bool:
        """Whether pieces are announced before they are tried."""
        return self.step > 0

    def covers(self, offset: int) -> bool:
        """Whether an offset is under suspicion."""
        return self.start <= offset < self.until

    @property
    def found(self) -> bool:
        """Whether a single message was announced and did not come back."""
        return self.narrows and self.step == 1 and self.tried == self.start

    def announce(self, *, offset: int, lines: tuple[int, int] | None = None) -> "Suspicion":
        """What to store before a piece is tried."""
        return replace(self, start=offset, tried=offset, lines=lines)


def at_assignment(previous: Suspicion | None, *, stored: int, messages_max: int) -> Suspicion:
    """What to believe when a partition is assigned at `stored`, given what the last assignment left behind."""
    if previous is None or not previous.covers(stored):
        return Suspicion(start=stored, until=stored + messages_max)
    if not previous.narrows:
        interruptions = previous.interruptions + 1
        return replace(
            previous,
            start=stored,
            until=max(previous.until, stored + messages_max),
            interruptions=interruptions,
            step=_cut(messages_max) if interruptions > INTERRUPTIONS_TOLERATED else 0,
        )
    if previous.tried != stored:
        # The announced piece was finished: the process died of something else, and nothing new is known.
        return replace(previous, start=stored, tried=None, lines=None)
    if previous.step == 1:
        return replace(previous, start=stored, interruptions=previous.interruptions + 1)
    return replace(
        previous,
        start=stored,
        until=stored + previous.step,
        interruptions=previous.interruptions + 1,
        step=_cut(previous.step),
        tried=None,
    )


def at_release(current: Suspicion) -> Suspicion | None:
    """What an orderly end leaves behind: this assignment was no interruption (None: nothing to remember)."""
    if current.narrows:
        return replace(current, tried=None, lines=None)
    return replace(current, interruptions=current.interruptions - 1) if current.interruptions else None


def cuts(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The range [first, last) in at most sixteen pieces."""
    size = _cut(last - first)
    for start in range(first, last, size):
        yield start, min(start + size, last)


def _cut(size: int) -> int:
    return max(1, -(-size // CUT))
