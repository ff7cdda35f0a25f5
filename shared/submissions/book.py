"""The firm's own book as the rules see it: sequences used, keys and their state. It changes as records are judged.

The service fills it with what a slice needs (`submissions.judge.needs`) while it holds the firm's row; offline it
starts empty. One book is one firm and environment.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import msgspec

from submissions.outcome import Outcome

State = Literal["open", "closed", "cancelled", "merged"]
Key = tuple[str, str]  # record type, record key
Slot = tuple[str, int]  # record type, sequence


class Used(msgspec.Struct, frozen=True, gc=False):
    """What a sequence was used for first."""

    record_key: str
    content_hash: bytes
    accession: str
    outcome: Outcome


class KeyState(msgspec.Struct, frozen=True, gc=False):
    """What is held of a key: the newest sequence applied, and its state.

    `record` bears the canonical values as attributes named like the dictionary's columns (a record, or a row of a
    table); None: not at hand, and rules that compare with it are not checked.
    """

    sequence: int
    state: State
    record: Any = None
    closed_on: date | None = None
    merged_into: str | None = None


@dataclass(slots=True)
class Book:
    """The state of one firm's streams.

    `gaps` are the open runs of missing sequences per stream, both ends included; `pending` counts records that wait
    for reference data per key, and later records of such a key wait behind them (R8).
    """

    last_sequence: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    used: dict[Slot, Used] = field(default_factory=dict)
    keys: dict[Key, KeyState] = field(default_factory=dict)
    pending: dict[Key, int] = field(default_factory=dict)
    accessions: dict[str, Key] = field(default_factory=dict)
