"""What the monitor hears on firms' topics: raw records, in slices. The topic names the firm, never the body."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from chassis.logs import logger
from chassis.slices import Message, NotReady, Slice, SliceWork, UnreadableRange
from chassis.slices.slice import Refused
from monitoring.application.commands.apply_slice import ApplySlice, ApplySliceHandler
from monitoring.application.intake_ports import IntakeWork
from monitoring.domain.firm import FirmNotFound
from submissions.accession import UNREADABLE, Accessions
from submissions.columnar.sift import Sifted, sift
from submissions.decode import Unreadable, decode, lines_of
from submissions.frames import SkippedRange
from submissions.outcome import Message as SubmittedMessage
from submissions.outcome import Received

BookChanged = Callable[[str], Awaitable[None]]
# A line that was taken out is replaced by this before the message is decoded, so that the others keep their places.
_TAKEN_OUT: Final = b"{}"


class SubmissionWork(SliceWork, IntakeWork, Protocol):
    """The unit of work of a slice, as the chassis and as intake see it."""


@dataclass(slots=True)
class DecodedSlice:
    """The records of a slice in order, unreadable messages among them.

    `sifted` where every message may be read as it is: usual records are columns. Else `one_by_one`; judging fills in
    their outcomes.
    """

    sifted: Sifted | None = None
    one_by_one: Sequence[Received] = ()
    skipped: Sequence[SkippedRange] = ()
    judged: Sequence[Received] | None = None

    @property
    def received(self) -> Sequence[Received]:
        """Every record by itself."""
        if self.sifted is None:
            return self.one_by_one
        return [self.sifted.gathered.read_exactly(row) for row in range(self.sifted.count)]


class IntakeHandler:
    """A `chassis.slices.SliceHandler` of firms' topics."""

    def __init__(self, *, book_changed: BookChanged, apply_slice: ApplySliceHandler | None = None) -> None:
        self._apply_slice = apply_slice or ApplySliceHandler()
        self._book_changed = book_changed
        self._security = logger("security")

    def decode(self, slice_: Slice) -> DecodedSlice:
        """Splits and decodes; what was refused is not looked into."""
        accessions = Accessions(slice_.source.topic, slice_.source.partition)
        if not slice_.refused and not any(isinstance(one, UnreadableRange) for one in slice_.messages):
            return DecodedSlice(sift(_submitted(slice_.messages), accessions))
        received: list[Received] = []
        skipped: list[SkippedRange] = []
        for run, refused in _runs(slice_):
            if refused is not None:
                received.extend(_taken_out(run[0], refused, accessions))
            elif isinstance(run[0], UnreadableRange):
                received.extend(_unreadable(run[0], accessions))
                skipped.append(SkippedRange(first=run[0].offset, last=run[0].end - 1, reason=run[0].reason))
            else:
                received.extend(decode(_submitted(run), accessions))
        return DecodedSlice(None, received, skipped)

    def lines(self, message: Message) -> int:
        """How many records a message holds."""
        try:
            return len(lines_of(message.value))
        except Unreadable:
            return 1

    async def write(self, work: SubmissionWork, slice_: Slice, decoded: DecodedSlice) -> None:
        """Applies the slice."""
        if decoded.judged is not None:  # by an attempt that was undone: its findings must not be found twice
            again = await asyncio.to_thread(self.decode, slice_)
            decoded.sifted, decoded.one_by_one = again.sifted, again.one_by_one
        decoded.judged = ()
        command = ApplySlice(
            firm_id=firm_of(slice_.source.topic),
            start=slice_.start,
            end=slice_.end,
            received=decoded.one_by_one,
            skipped=decoded.skipped,
            sifted=decoded.sifted,
        )
        try:
            decoded.judged = (await self._apply_slice(command, work)).received
        except FirmNotFound as missing:
            # Somebody made the topic before the firm was written down: what stands in it waits, and is not lost.
            raise NotReady(f"firm {command.firm_id} is not on board") from missing

    async def applied(self, slice_: Slice, decoded: DecodedSlice) -> None:
        """Sounds the alarm for records that named another firm (T3), and lets valuation follow."""
        firm_id = firm_of(slice_.source.topic)
        for one in decoded.judged or ():
            if one.findings and any(finding.rule == "V014" for finding in one.findings):
                self._security.critical("a record names another firm", firm_id=firm_id, accession=one.accession)
        await self._book_changed(firm_id)


def firm_of(topic: str) -> str:
    """The firm whose topic it is, in either environment: its id holds no dot."""
    return topic.rpartition(".")[2]


def _runs(slice_: Slice) -> Iterable[tuple[Sequence[Message], dict[int | None, Refused] | None]]:
    """Messages in order: runs of ordinary ones, and each by itself that needs care."""
    refused: dict[int, dict[int | None, Refused]] = {}
    for place, why in slice_.refused.items():
        refused.setdefault(place.offset, {})[place.line] = why
    run: list[Message] = []
    for message in slice_.messages:
        taken_out = refused.get(message.offset)
        if taken_out is None and not isinstance(message, UnreadableRange):
            run.append(message)
            continue
        if run:
            yield run, None
            run = []
        yield [message], taken_out
    if run:
        yield run, None


def _submitted(messages: Iterable[Message]) -> Iterable[SubmittedMessage]:
    last, moment = -1, _moment(0)
    for one in messages:
        if one.timestamp != last:  # the messages of a batch share their append time
            last, moment = one.timestamp, _moment(one.timestamp)
        yield SubmittedMessage(one.offset, one.value, moment)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _unreadable(skipped: UnreadableRange, accessions: Accessions) -> Iterable[Received]:
    for offset in range(skipped.offset, skipped.end):
        yield _quarantined(skipped, offset, UNREADABLE, b"", skipped.reason, accessions)


def _taken_out(message: Message, refused: dict[int | None, Refused], accessions: Accessions) -> Iterable[Received]:
    raw = message.value or b""
    if None in refused:
        yield _quarantined(message, message.offset, UNREADABLE, raw, _reason(refused[None]), accessions)
        return
    lines = lines_of(raw)
    kept = b"\n".join(_TAKEN_OUT if number in refused else line for number, line in enumerate(lines))
    submitted = SubmittedMessage(message.offset, kept, _moment(message.timestamp))
    for one in decode([submitted], accessions):
        why = refused.get(one.index)
        if why is None:
            yield one
        else:
            yield _quarantined(message, message.offset, one.index, lines[one.index], _reason(why), accessions)


def _reason(refused: Refused) -> str:
    return f"{refused.kind}: {refused.reason}"


def _quarantined(
    message: Message, offset: int, index: int, raw: bytes, reason: str, accessions: Accessions
) -> Received:
    return Received(accessions.of(offset, index), offset, index, _moment(message.timestamp), raw, unreadable=reason)
