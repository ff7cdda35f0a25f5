"""Finding the record that ends the process: what stood at the stored offset when it died is under suspicion.

The normal path writes nothing for this. At each assignment the stored offset is compared with that of the last one:
no progress counts as an interruption. After the second one the range is cut into sixteenths; each piece is announced
before it is tried, and tried alone in its process. A piece that was announced and not finished is cut again, down to
one message; one that twice did not come back is guilty, and is taken apart down to the line. So a killing record among
5,000 is found in a few restarts, and restarts for any other reason cost smaller slices for a while, and no record.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

INTERRUPTIONS_TOLERATED = 1
DEATHS_OF_THE_GUILTY = 2
CUT = 16


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """What is known about one partition across the deaths of processes.

    The range [start, until) in offsets; `step` is how many messages may be tried together (0: no limit), `tried` the
    offset at which a piece was announced, `deaths` how often a single message was announced and did not come back,
    `lines` the announced lines of it (an empty range: the message without them).
    """

    start: int
    until: int
    interruptions: int = 0
    step: int = 0
    tried: int | None = None
    deaths: int = 0
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
        """Whether the message at `start` is guilty: announced alone, it did not come back, more than once."""
        return self.step == 1 and self.deaths >= DEATHS_OF_THE_GUILTY

    def announce(self, *, offset: int, lines: tuple[int, int] | None = None) -> "Suspicion":
        """What to store before a piece is tried."""
        deaths = self.deaths if offset == self.start else 0
        return replace(self, start=offset, tried=offset, deaths=deaths, lines=lines)


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
        return replace(previous, start=stored, tried=None, deaths=0, lines=None)
    if previous.step == 1:
        return replace(previous, deaths=previous.deaths + 1)
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
        return replace(current, tried=None, deaths=0, lines=None)
    return replace(current, interruptions=current.interruptions - 1) if current.interruptions else None


def cuts(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The range [first, last) in at most sixteen pieces."""
    size = _cut(last - first)
    for start in range(first, last, size):
        yield start, min(start + size, last)


def _cut(size: int) -> int:
    return max(1, -(-size // CUT))
