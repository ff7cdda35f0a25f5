"""Conservation (R9): every readable record and every unreadable message is in exactly one outcome, at every moment."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from submissions.outcome import Outcome, Received


@dataclass(frozen=True, slots=True)
class Ledger:
    """What arrived and what became of it, per firm, environment and append day. Ledgers add up.

    `messages` counts the offsets delivered, `unreadable` those of them that could not be split, `records` the lines of
    the readable ones. HELD is a state of files: `held` counts their verified totals.
    """

    messages: int = 0
    unreadable: int = 0
    records: int = 0
    held: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @classmethod
    def of(cls, received: Iterable[Received]) -> "Ledger":
        """The ledger of judged records."""
        judged = list(received)
        unreadable = sum(one.unreadable is not None for one in judged)
        return cls(
            messages=len({one.offset for one in judged}),
            unreadable=unreadable,
            records=len(judged) - unreadable,
            outcomes=Counter(one.outcome for one in judged if one.outcome is not None),
        )

    def __add__(self, other: "Ledger") -> "Ledger":
        return Ledger(
            self.messages + other.messages,
            self.unreadable + other.unreadable,
            self.records + other.records,
            self.held + other.held,
            self.outcomes + other.outcomes,
        )

    @property
    def expected(self) -> int:
        """How many outcomes there must be."""
        return self.records + self.unreadable

    @property
    def difference(self) -> int:
        """Arrived less settled: zero, or somebody is called."""
        return self.expected - self.held - sum(self.outcomes.values())

    @property
    def balances(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.difference == 0

    def moved(self, source: Outcome, target: Outcome) -> "Ledger":
        """The ledger after one record changed its outcome (pending found, quarantine redriven).

        Raises:
            ValueError: no record is in the source outcome.
        """
        if not self.outcomes[source]:
            raise ValueError(f"no record is {source}")
        outcomes = Counter(self.outcomes)
        outcomes[source] -= 1
        outcomes[target] += 1
        return Ledger(self.messages, self.unreadable, self.records, self.held, +outcomes)


def tiles(ranges: Iterable[tuple[int, int]], *, start: int, end: int) -> bool:
    """Whether half-open ranges follow one another from start to end without gap or overlap."""
    at = start
    for first, after in ranges:
        if first != at or after < first:
            return False
        at = after
    return at == end
