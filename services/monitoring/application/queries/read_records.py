"""States of records by type, open items, and streams on a business date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.cause import Cause
from monitoring.application.record_reading import HeldRecord, OpenItem, OpenKind, OpenPlace, StreamDay
from monitoring.application.submission_reading import ReadingSubmissions
from monitoring.domain.firm import FirmEnvironment


@dataclass(frozen=True, kw_only=True)
class ReadRecords:
    """Which states, after which key, and how many at most."""

    firm_id: str
    environment: FirmEnvironment
    record_type: str
    after: str | None
    most: int


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """Some states; whether there are more."""

    records: Sequence[HeldRecord]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadOpenItems:
    """Which open items, after which, and how many at most."""

    firm_id: str
    environment: FirmEnvironment
    kind: OpenKind
    after: OpenPlace | None
    most: int


@dataclass(frozen=True, kw_only=True)
class OpenItemPage:
    """Some open items of a kind, and how many there are of each."""

    items: Sequence[OpenItem]
    counts: Mapping[OpenKind, int]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadStreams:
    """Which firm and business date."""

    firm_id: str
    environment: FirmEnvironment
    day: date


@dataclass(frozen=True, kw_only=True)
class StreamDays:
    """Every stream on the day."""

    streams: Sequence[StreamDay]
    as_of: datetime


class ReadRecordsHandler:
    """Lists what is held of a type."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, question: ReadRecords, cause: Cause) -> RecordPage:
        """A page of states, by key."""
        async with self._reading(cause, question.environment) as reads:
            found = await reads.records.states(
                question.firm_id, question.record_type, after=question.after, most=question.most + 1
            )
            return RecordPage(records=found[: question.most], more=len(found) > question.most, as_of=reads.as_of)


class ReadOpenItemsHandler:
    """Lists what is not in order yet."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, question: ReadOpenItems, cause: Cause) -> OpenItemPage:
        """A page of open items of a kind, the oldest first, with the count of every kind."""
        async with self._reading(cause, question.environment) as reads:
            found = await reads.records.open_items(
                question.firm_id, question.kind, after=question.after, most=question.most + 1
            )
            return OpenItemPage(
                items=found[: question.most],
                counts=await reads.records.open_counts(question.firm_id),
                more=len(found) > question.most,
                as_of=reads.as_of,
            )


class ReadStreamsHandler:
    """Compares what was declared with what arrived."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, question: ReadStreams, cause: Cause) -> StreamDays:
        """Every stream of the firm on the day."""
        async with self._reading(cause, question.environment) as reads:
            found = await reads.records.stream_days(question.firm_id, question.day)
            return StreamDays(streams=found, as_of=reads.as_of)
