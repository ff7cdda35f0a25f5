"""What questions about submissions need, in one snapshot: firms, records with their outcomes, conservation."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from chassis.cause import Cause
from monitoring.application.quarantine_reading import QuarantineReads
from monitoring.application.record_reading import LinkState, RecordReads
from monitoring.domain.firm import Firm, FirmEnvironment
from submissions.conservation import Ledger
from submissions.outcome import Finding, Outcome


@dataclass(frozen=True, kw_only=True)
class SubmissionPlace:
    """A record's place in its firm's topic: lists begin with the newest."""

    offset: int
    line: int


@dataclass(frozen=True, kw_only=True)
class SubmissionFilter:
    """Which records a list holds."""

    outcome: Outcome | None = None
    record_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeptSubmission:
    """One record as kept. `content` are its bytes, None for a duplicate: they are those of its first.

    `link` is None where there is no such stage, or linking has not come to it yet.
    """

    firm_id: str
    accession: str
    place: SubmissionPlace
    record_type: str | None
    record_key: str | None
    sequence: int | None
    action: str | None
    business_date: date | None
    load_id: str | None
    appended_at: datetime
    recorded_at: datetime
    outcome: Outcome
    findings: Sequence[Finding]
    reason: str | None
    first_accession: str | None
    frame_sequence: int
    content: bytes | None = None
    link: LinkState | None = None


@dataclass(frozen=True, kw_only=True)
class DayLedger:
    """What arrived on one append day, and what became of it."""

    day: date
    ledger: Ledger


@dataclass(frozen=True, kw_only=True)
class IntakeLedger:
    """Both sides of conservation (R9) of one firm, as of one moment.

    `applied_to` is the offset up to which slices are applied; `tiled`: their offsets follow one another from the
    first to it without gap or overlap.
    """

    firm_id: str
    environment: FirmEnvironment
    applied_to: int
    tiled: bool
    days: Sequence[DayLedger]
    open_gaps: int
    outcomes: Counter[Outcome] = field(default_factory=Counter)


class SubmissionReads(Protocol):
    """One consistent snapshot of what was submitted."""

    records: RecordReads
    quarantine: QuarantineReads

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""

    async def firms(self) -> list[Firm]:
        """Firms on board, in the order of their ids."""

    async def submissions(
        self, firm_id: str, only: SubmissionFilter, *, after: SubmissionPlace | None, most: int
    ) -> list[KeptSubmission]:
        """Records of a firm, the newest first, without their bytes.

        Raises:
            FirmNotFound: no such firm is on board, or it is not the reader's.
        """

    async def submission(self, firm_id: str, place: SubmissionPlace) -> KeptSubmission | None:
        """One record with its bytes."""

    async def ledger(self, firm_id: str, *, day: date | None) -> IntakeLedger:
        """What arrived and what became of it, on one append day or all.

        Raises:
            FirmNotFound: no such firm is on board, or it is not the reader's.
        """


# In the environment that is asked about; each has a trail of its own.
ReadingSubmissions = Callable[[Cause, FirmEnvironment], AbstractAsyncContextManager[SubmissionReads]]
