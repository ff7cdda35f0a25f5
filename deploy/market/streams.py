"""What a firm sends, record by record, and what must become of each: counted here, by construction.

Nothing of the platform's own rules is asked: whoever plants a record says its outcome.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ACCEPTED, WARNED, REJECTED = "ACCEPTED", "ACCEPTED_WARN", "REJECTED"
PENDING, DUPLICATE, SUPERSEDED, QUARANTINED = "PENDING_REFERENCE", "DUPLICATE", "SUPERSEDED", "QUARANTINED"


@dataclass(frozen=True, slots=True)
class Planted:
    """One line with what it is for and what must become of it; `rules` are those it breaks."""

    case: str
    outcome: str
    rules: tuple[str, ...]
    line: int


@dataclass(slots=True)
class Stream:
    """One firm's stream, as lines in the order of sending."""

    firm_id: str
    lines: list[bytes] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    gaps: list[tuple[str, str, int, int]] = field(default_factory=list)
    next_sequence: Counter[str] = field(default_factory=Counter)
    totals: dict[str, list[Any]] = field(default_factory=dict)

    def numbered(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with the next sequence of its stream."""
        stream = record["record_type"]
        self.next_sequence[stream] += 1
        return {**record, "sequence": self.next_sequence[stream]}

    def send(self, record: Mapping[str, Any], outcome: str, *rules: str, case: str = "clean") -> None:
        """Sends a record that bears its sequence already."""
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        self.send_bytes(text.encode(), outcome, *rules, case=case)

    def send_bytes(self, line: bytes, outcome: str, *rules: str, case: str) -> None:
        """Sends a line as it is."""
        self.lines.append(line)
        self.outcomes[outcome] += 1
        if case != "clean":
            self.planted.append(Planted(case, outcome, rules, len(self.lines)))

    def gap(self, kind: str, stream: str, first: int, last: int) -> None:
        """Expects a gap notice."""
        self.gaps.append((kind, stream, first, last))
