"""What receipt frames prove: none is missing, none was changed, and slice frames tile the offsets (R2, R3)."""

from array import array
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from pledgeboard_firm.exits import worst
from submissions.frames import Frame, Item, SkippedRange, read_frame
from submissions.outcome import Outcome

# A frame delivered again is compared with the first one as far back as this; an older one is passed over.
_REMEMBERED_PARTS_MAX = 10_000


@dataclass(frozen=True, kw_only=True)
class Break:
    """Where the proof fails: `kind` is `sequence`, `offsets` or `changed`."""

    kind: str
    expected: str
    got: str


class Proof:
    """Follows frames in the order of their topic. A frame may be delivered again, byte for byte; it counts once."""

    def __init__(self) -> None:
        self.frames = 0
        self.first_sequence: int | None = None
        self.last_sequence = 0
        self.next_offset: int | None = None
        self.breaks: list[Break] = []
        self._part, self._parts = 0, 0
        self._heard: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    @property
    def holds(self) -> bool:
        """Whether nothing is missing or changed so far."""
        return not self.breaks

    def hear(self, value: bytes) -> Frame | None:
        """Takes one message in; None when it was heard before.

        Raises:
            msgspec.MsgspecError: it is no frame.
        """
        frame = read_frame(value)
        if self.first_sequence is None and frame.part > 1:
            return None  # the rest of a frame whose beginning is not here
        place, expected = (frame.sequence, frame.part), self._expected(frame)
        if place < expected:
            self._compare(place, value)
            return None
        if place != expected:
            self.breaks.append(Break(kind="sequence", expected=_place(expected), got=_place(place)))
        self._advance(frame)
        self._remember(place, value)
        return frame

    def _expected(self, frame: Frame) -> tuple[int, int]:
        if self.first_sequence is None:
            # Earlier frames may be past their retention: the proof begins here.
            self.first_sequence = frame.sequence
            return frame.sequence, 1
        return (self.last_sequence + 1, 1) if self._part == self._parts else (self.last_sequence, self._part + 1)

    def _advance(self, frame: Frame) -> None:
        self.last_sequence, self._part, self._parts = frame.sequence, frame.part, frame.parts
        self.frames += frame.part == 1
        if frame.kind != "slice" or frame.start is None:
            return
        if frame.part == 1 and self.next_offset is not None and frame.start != self.next_offset:
            self.breaks.append(Break(kind="offsets", expected=str(self.next_offset), got=str(frame.start)))
        if frame.part == frame.parts:
            self.next_offset = frame.end

    def _compare(self, place: tuple[int, int], value: bytes) -> None:
        known = self._heard.get(place)
        if known is not None and known != _digest(value):
            self.breaks.append(Break(kind="changed", expected=_place(place), got=_place(place)))

    def _remember(self, place: tuple[int, int], value: bytes) -> None:
        self._heard[place] = _digest(value)
        if len(self._heard) > _REMEMBERED_PARTS_MAX:
            self._heard.popitem(last=False)


@dataclass(frozen=True, kw_only=True)
class Told:
    """The outcome of one record of ours: the line it stood on, and what the frame says of it."""

    line: int
    item: Item
    frame: Frame


class Submission:
    """What was sent, and what was told of it: it is complete when frames have covered every offset."""

    def __init__(self) -> None:
        self.counts: Counter[Outcome] = Counter()
        self.proof = Proof()
        self._offsets = array("q")
        self._lines = array("q")
        self._told = bytearray()  # a flag per message: files have millions

    def sent(self, *, line: int, offset: int) -> None:
        """Notes one message; the broker gives rising offsets."""
        self._offsets.append(offset)
        self._lines.append(line)
        self._told.append(False)

    @property
    def messages(self) -> int:
        """How many were sent."""
        return len(self._offsets)

    @property
    def is_covered(self) -> bool:
        """Whether slice frames have passed the last message."""
        return not self._offsets or (self.proof.next_offset or 0) > self._offsets[-1]

    @property
    def untold(self) -> int:
        """Messages that frames have passed, or have yet to reach, without a word on them."""
        return self._told.count(False)

    @property
    def worst(self) -> Outcome:
        """The outcome that weighs most."""
        return worst(list(self.counts))

    def hear(self, value: bytes) -> Iterator[Told]:
        """What a message of the receipts topic says of ours."""
        frame = self.proof.hear(value)
        if frame is None or frame.kind != "slice":
            return
        for item in (*frame.items, *(one for skipped in frame.skipped for one in _skipped(skipped))):
            at = bisect_left(self._offsets, item.offset)
            if at < len(self._offsets) and self._offsets[at] == item.offset:
                self._told[at] = True
                self.counts[_weighed(item)] += 1
                yield Told(line=self._lines[at], item=item, frame=frame)


def _weighed(item: Item) -> Outcome:
    """A duplicate weighs what its first submission did."""
    if item.outcome is Outcome.DUPLICATE and item.first_outcome is not None:
        return worst([item.outcome, item.first_outcome])
    return item.outcome


def _skipped(skipped: SkippedRange) -> Iterator[Item]:
    for offset in range(skipped.first, skipped.last + 1):
        yield Item(accession="", offset=offset, index=-1, outcome=Outcome.QUARANTINED, reason=skipped.reason)


def _place(place: tuple[int, int]) -> str:
    return f"{place[0]}.{place[1]}"


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=8).digest()
