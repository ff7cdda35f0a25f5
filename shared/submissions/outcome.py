"""What became of each record: the outcomes of R1, and the findings of R4."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec


class Outcome(StrEnum):
    """In exactly one of these is every readable record and every unreadable message (R9; HELD is of files)."""

    ACCEPTED = "ACCEPTED"
    ACCEPTED_WARN = "ACCEPTED_WARN"
    REJECTED = "REJECTED"
    PENDING_REFERENCE = "PENDING_REFERENCE"
    DUPLICATE = "DUPLICATE"
    SUPERSEDED = "SUPERSEDED"
    QUARANTINED = "QUARANTINED"

    @property
    def applied(self) -> bool:
        """Whether the record changes what the platform holds."""
        return self in {Outcome.ACCEPTED, Outcome.ACCEPTED_WARN}


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One rule that does not hold: where, and the value that stood there (masked where it is personal)."""

    rule: str
    path: str = ""
    value: str | None = None


class Gap(msgspec.Struct, frozen=True, gc=False):
    """Sequences of a stream that are missing (`GAP`), or are no longer (`GAP_CLOSED`); both ends included (R7)."""

    kind: str
    stream: str
    first: int
    last: int
    expected: int | None = None
    got: int | None = None


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of a firm's topic as the broker gave it. `appended_at` is its LogAppendTime (T4)."""

    offset: int
    value: bytes | None
    appended_at: datetime


class Received(msgspec.Struct, gc=False):
    """One record (or one unreadable message, `index` -1) on its way to an outcome.

    `record` bears the canonical values (None where the record could not be read as its type); `content_hash` is over
    those values without `sequence` and `reported_at` (R6). `whole` says that every mandatory value is there.
    """

    accession: str
    offset: int
    index: int
    appended_at: datetime
    raw: bytes
    record_type: str | None = None
    record: Any = None
    record_key: str | None = None
    sequence: int | None = None
    action: str | None = None
    business_date: date | None = None
    content_hash: bytes = b""
    whole: bool = False
    fatal: bool = False
    findings: list[Finding] = []
    outcome: Outcome | None = None
    first_accession: str | None = None
    first_outcome: Outcome | None = None
    unreadable: str | None = None
