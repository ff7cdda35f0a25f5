"""The usual records of a slice, as columns: what follows from them, and how they stand among the others."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final, Protocol

import polars as pl

from chassis.kernel import SHANGHAI
from monitoring.application.slice_counts import DayCount, Totals
from monitoring.domain.merkle import leaf
from submissions.accession import UNREADABLE
from submissions.columnar.admit import Admitted
from submissions.columnar.gather import Gathered
from submissions.columnar.items import ACCESSION, items_of, with_accessions
from submissions.columnar.sift import ROW
from submissions.dictionary import types
from submissions.frames import Listed, item_of
from submissions.outcome import Message, Outcome, Received

CONTRACT_ID: Final = "contract_id"
Keys = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class UsualSlice:
    """A slice of which some records went as columns. `frames` hold those, by type, with their accessions."""

    admitted: Admitted
    frames: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, admitted: Admitted) -> "UsualSlice":
        """From what was admitted."""
        accessions = admitted.sifted.gathered.accessions
        return cls(admitted, {name: with_accessions(frame, accessions) for name, frame in admitted.frames.items()})

    @property
    def count(self) -> int:
        """How many records went as columns."""
        return sum(frame.height for frame in self.frames.values())

    @property
    def messages(self) -> list[Message]:
        """The messages that hold them."""
        gathered = self.admitted.sifted.gathered
        numbers = {gathered.numbers[row] for frame in self.frames.values() for row in frame[ROW].to_list()}
        return [gathered.messages[number] for number in sorted(numbers)]

    def items(self, judged: Sequence[Received]) -> Listed:
        """The receipt items of the whole slice, in order."""
        return items_of(self.frames, [(row, item_of(one)) for row, one in self._others(judged)])

    def leaves(self, judged: Sequence[Received]) -> list[bytes]:
        """The leaves of the slice's Merkle tree, in order."""
        raws = self.admitted.sifted.gathered.raws
        leaves = {row: leaf(one.accession, str(one.outcome), one.raw) for row, one in self._others(judged)}
        accepted = str(Outcome.ACCEPTED)
        for frame in self.frames.values():
            rows, accessions = frame[ROW].to_list(), frame[ACCESSION].to_list()
            leaves.update((row, leaf(one, accepted, raws[row])) for row, one in zip(rows, accessions, strict=True))
        return [leaves[row] for row in range(self.admitted.sifted.count)]

    def totals(self) -> Totals:
        """Count, amounts and quantities that these records add to their streams and business dates."""
        found: Totals = {}
        for name, frame in self.frames.items():
            of_type = types()[name]
            sums = [
                pl.lit(0) if column is None else pl.col(column).sum() for column in (of_type.amount, of_type.quantity)
            ]
            grouped = frame.group_by("business_date").agg(
                pl.len().alias("_count"), sums[0].alias("_amount"), sums[1].alias("_quantity")
            )
            found.update({(name, day): list(rest) for day, *rest in grouped.rows()})
        return found

    def touched(self) -> dict[str, str]:
        """The last accession that touched each contract."""
        rows = pl.concat([frame.select(ROW, CONTRACT_ID, ACCESSION) for frame in self.frames.values()]).sort(ROW)
        return dict(rows.select(CONTRACT_ID, ACCESSION).rows())

    def days(self) -> list[DayCount]:
        """What of the whole slice was received on each append day."""
        gathered = self.admitted.sifted.gathered
        messages = gathered.messages
        # Times of receipt do not go back: where both ends are of one day, everything is.
        same = _append_day(messages[0]) == _append_day(messages[-1])
        days = () if same else pairwise(map(_append_day, messages))
        starts = [0, *(at for at, (one, other) in enumerate(days, start=1) if one != other)]
        return [_day(gathered, start, end) for start, end in pairwise([*starts, len(messages)])]

    def _others(self, judged: Sequence[Received]) -> Iterator[tuple[int, Received]]:
        return zip(self.admitted.rows, judged, strict=True)


def _append_day(message: Message) -> date:
    return message.appended_at.astimezone(SHANGHAI).date()


def _day(gathered: Gathered, start: int, end: int) -> DayCount:
    """Of the messages [start, end), which are of one day."""
    lines = gathered.lines[bisect_left(gathered.numbers, start) : bisect_left(gathered.numbers, end)]
    unreadable = lines.count(UNREADABLE)
    return DayCount(
        day=_append_day(gathered.messages[start]),
        messages=end - start,
        unreadable=unreadable,
        records=len(lines) - unreadable,
        first_offset=gathered.messages[start].offset,
        end_offset=gathered.messages[end - 1].offset + 1,
    )


class UsualRecords(Protocol):
    """Where records go as columns."""

    async def waiting(self, firm_id: str) -> Keys:
        """The record keys, by type, of which records wait for reference data: what follows them waits too (R8)."""

    async def add(self, firm_id: str, usual: UsualSlice) -> Keys:
        """Adds the states of new keys.

        Answers those that are not new after all, by type: then nothing was added.
        """

    async def keep(self, firm_id: str, usual: UsualSlice, *, frame_sequence: int, recorded_at: datetime) -> None:
        """Writes the records of what was added."""
