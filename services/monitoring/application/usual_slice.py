"""The usual records of a slice, as columns: what follows from them, and how they stand among the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final, Protocol

import polars as pl

from chassis.kernel import SHANGHAI
from monitoring.application.slice_counts import DayCount, Totals
from monitoring.domain.merkle import leaf
from submissions.accession import UNREADABLE
from submissions.columnar.admit import Admitted
from submissions.columnar.items import ACCESSION, items_of, with_accessions
from submissions.columnar.sift import ROW
from submissions.dictionary import types
from submissions.frames import Told, item_of, told
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

    def items(self, judged: Sequence[Received]) -> list[Told]:
        """The receipt items of the whole slice, in order."""
        items: dict[int, Told] = dict(zip(self.admitted.rows, (told(item_of(one)) for one in judged), strict=True))
        for name, frame in self.frames.items():
            items.update(zip(frame[ROW].to_list(), map(Told, items_of(frame, name)), strict=True))
        return [items[row] for row in range(self.admitted.sifted.count)]

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
        lines = [0] * len(gathered.messages)
        for number, line in zip(gathered.numbers, gathered.lines, strict=True):
            lines[number] += line != UNREADABLE
        counted = zip(gathered.messages, lines, strict=True)
        return [_day(day, list(group)) for day, group in groupby(counted, key=_append_day)]

    def _others(self, judged: Sequence[Received]) -> Iterator[tuple[int, Received]]:
        return zip(self.admitted.rows, judged, strict=True)


def _append_day(counted: tuple[Message, int]) -> date:
    return counted[0].appended_at.astimezone(SHANGHAI).date()


def _day(day: date, counted: Sequence[tuple[Message, int]]) -> DayCount:
    return DayCount(
        day=day,
        messages=len(counted),
        unreadable=sum(not lines for _, lines in counted),
        records=sum(lines for _, lines in counted),
        first_offset=counted[0][0].offset,
        end_offset=counted[-1][0].offset + 1,
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
