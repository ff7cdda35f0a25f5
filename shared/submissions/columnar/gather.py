"""From the bytes of messages to the columns of what may be usual, and the rows of what is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
from msgspec.structs import astuple

from submissions.accession import UNREADABLE, Accessions
from submissions.columnar.wire import UsualType, usual_decoder, usual_types
from submissions.decode import RECORD_BYTES_MAX, Unreadable, decode_line, lines_of, unreadable
from submissions.dictionary import PLACES, Field
from submissions.numbers import SCALED_DIGITS_MAX
from submissions.outcome import Message, Received

_QUOTE, _ESCAPE = b'"', b"\\"
_NOT_USUAL: Final = "-"  # no decimal, and no absent value
_TEXT_ONLY: Final = frozenset({str, type(None)})
_INTEGER_END: Final = 10**SCALED_DIGITS_MAX  # what is not below it is no amount, and may be none of 64 bits
_UNQUOTED: Final = frozenset({"integer", "flag"})
_EPOCH: Final = date(1970, 1, 1).toordinal()
_TYPES: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "integer": pl.Int64, "date": pl.Date, "flag": pl.Boolean,
}  # fmt: skip
COLUMN_KINDS: Final = frozenset({"text", "code", "time", *_TYPES, *PLACES})


@dataclass(slots=True)
class Gathered:
    """The rows of a slice in order: each one's message (by its number), line and bytes.

    `frames` have, per type, the values of what may be usual: typed, decimals and times still as text.
    """

    messages: list[Message]
    accessions: Accessions
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    def read_exactly(self, row: int) -> Received:
        """A row as the way record by record sees it."""
        message, line = self.messages[self.numbers[row]], self.lines[row]
        if line == UNREADABLE:
            return unreadable(message, self.reasons[row], self.accessions)
        return decode_line(message, line, self.raws[row], self.accessions)


def gather(messages: Iterable[Message], accessions: Accessions) -> Gathered:
    """Splits the messages and reads what may be usual."""
    gathered = Gathered(list(messages), accessions)
    records = _read(gathered)
    for one in usual_types().values():
        rows = [row for row, record in enumerate(records) if record.__class__ is one.struct]
        if rows:
            gathered.frames[one.record_type] = _columns(one, rows, records, gathered.raws)
    return gathered


def _read(gathered: Gathered) -> list[Any]:
    """The struct of every row; None where it is not usual, or no record at all."""
    records: list[Any] = []
    decode = usual_decoder().decode
    for number, message in enumerate(gathered.messages):
        try:
            lines = lines_of(message.value)
        except Unreadable as error:
            gathered.reasons[len(records)] = str(error)
            gathered.numbers.append(number)
            gathered.lines.append(UNREADABLE)
            gathered.raws.append(message.value or b"")
            records.append(None)
            continue
        gathered.numbers.extend([number] * len(lines))
        gathered.lines.extend(range(len(lines)))
        gathered.raws.extend(lines)
        for raw in lines:
            try:
                records.append(decode(raw) if len(raw) <= RECORD_BYTES_MAX else None)
            except msgspec.MsgspecError:
                records.append(None)
    return records


def _columns(usual: UsualType, rows: list[int], records: Sequence[Any], raws: Sequence[bytes]) -> pl.DataFrame:
    values = [astuple(records[row]) for row in rows]
    joined = b"".join([raws[row] for row in rows])
    series, marks = _series_of(usual, list(zip(*values, strict=True)))
    if _ESCAPE in joined or marks != np.count_nonzero(np.frombuffer(joined, np.uint8) == _QUOTE[0]):
        kept = [at for at, one in enumerate(values) if _is_unambiguous(usual, one, raws[rows[at]])]
        rows = [rows[at] for at in kept]
        series = [one.gather(kept) for one in series]
    return pl.DataFrame([pl.Series("row", rows, dtype=pl.UInt32), *series])


def _is_unambiguous(usual: UsualType, values: Sequence[Any], raw: bytes) -> bool:
    """Whether nothing is escaped and no member stands twice."""
    return _ESCAPE not in raw and raw.count(_QUOTE) == _series_of(usual, [(one,) for one in values])[1]


def _series_of(usual: UsualType, columns: Sequence[Sequence[Any]]) -> tuple[list[pl.Series], int]:
    """The columns as series, and how many quotation marks the values take, each with its name, and the record type.

    Without escapes every mark opens or closes a name or a text: there are more of them exactly if a member stands
    twice. So one count over all rows tells that none does.
    """
    count = len(columns[0])
    series: list[pl.Series] = []
    marks = 4 * count
    for one, column in zip(usual.fields, columns, strict=True):
        absent = 0 if one.presence == "M" else column.count(None)
        if absent == count:
            series.append(
                pl.Series(one.column, [None], dtype=_TYPES.get(one.kind, pl.String())).new_from_index(0, count)
            )
            continue
        made, texts = _series(one, column, present=count - absent)
        series.append(made)
        marks += 2 * (count - absent + texts)
    return series, marks


def _series(field: Field, column: Sequence[Any], *, present: int) -> tuple[pl.Series, int]:
    """The column as a series, and how many of its values stood in quotation marks."""
    name, kind = field.column, field.kind
    if kind in PLACES:
        return _decimals(name, column, present)
    if kind == "date":
        if present < len(column):
            return pl.Series(name, column, dtype=pl.Date), present
        days = np.fromiter(map(date.toordinal, column), np.int32, len(column)) - _EPOCH
        return pl.Series(name, days).cast(pl.Date), present
    if kind not in COLUMN_KINDS:
        # Maps and lists: a record that bears any is not usual.
        return pl.Series(name, [None if one is None else _NOT_USUAL for one in column], dtype=pl.String), 0
    return pl.Series(name, column, dtype=_TYPES.get(kind, pl.String())), 0 if kind in _UNQUOTED else present


def _decimals(name: str, column: Sequence[Any], present: int) -> tuple[pl.Series, int]:
    types = set(map(type, column))
    if types <= _TEXT_ONLY:
        return pl.Series(name, column, dtype=pl.String), present
    if types == {int} and min(column) >= 0 and max(column) < _INTEGER_END:
        return pl.Series(name, column, dtype=pl.Int64).cast(pl.String), 0
    texts = [_decimal_text(one) for one in column]
    return pl.Series(name, texts, dtype=pl.String), sum(isinstance(one, str) for one in column)


def _decimal_text(value: str | float | None) -> str | None:
    # A binary fraction has lost its text: the exact reader goes back to it.
    return _NOT_USUAL if isinstance(value, float) else None if value is None else str(value)
