"""What of a slice is usual, once the firm's streams and the platform's lookups are known.

A record is usual when it breaks no rule, is the next one of its stream, and nobody else speaks of its contract in this
slice. So nothing that is judged record by record beside it can depend on it, nor it on that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from submissions.columnar import collateral, contract, every_record  # noqa: F401  # they register forms
from submissions.columnar.forms import (
    BROKEN,
    UNCHECKED,
    Form,
    answer,
    asked_together,
    case_of,
    certain,
    form_of,
)
from submissions.columnar.sift import ROW, Sifted, only, rows_beside
from submissions.columnar.values import APPEND_DAY
from submissions.columnar.wire import COLLATERAL, CONTRACT
from submissions.judge import needs
from submissions.outcome import Received
from submissions.rules.case import References
from submissions.rules.table import Registered

KEY: Final = "record_key"
SEQUENCE: Final = "sequence"
CONTRACT_ID: Final = "contract_id"
# Their rules ask about all records before them, and about these one by one (V025, V031, V073).
_ASKING_TYPES: Final = frozenset({"declaration", "explanation"})
_ASKING_ACTION: Final = "CANCEL"
_Keys = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A slice on its two ways.

    `frames` hold the usual records, by type; `others` every other one in order. `rows` say where in the slice the
    others stand, and `reached` how far each one's stream had come before it. `last_sequences` is how far streams come
    with all of them.
    """

    sifted: Sifted
    frames: Mapping[str, pl.DataFrame]
    others: Sequence[Received]
    rows: Sequence[int]
    reached: Sequence[int | None]
    last_sequences: Mapping[str, int]
    not_checked: Counter[str] = field(default_factory=Counter)


def admit(
    sifted: Sifted, last_sequences: Mapping[str, int], references: References, *, taken: _Keys | None = None
) -> Admitted:
    """Parts the slice. `taken` are record keys, by type, that are held or wait: nothing of them is usual."""
    streams = {name: _Stream.of(name, sifted, last_sequences.get(name, 0)) for name in _types_of(sifted)}
    frames = _apart(sifted, _candidates(sifted, streams, references), streams, taken or {})
    known = dict(sifted.others)
    rows = rows_beside(frames, sifted.count)
    reached = {row: last for one in streams.values() for row, last in one.reached(rows).items()}
    return Admitted(
        sifted=sifted,
        frames={name: frame for name, frame in frames.items() if frame.height},
        others=[known[row] if row in known else sifted.gathered.read_exactly(row) for row in rows],
        rows=rows,
        reached=[reached.get(row) for row in rows],
        last_sequences={name: one.last for name, one in streams.items() if one.rows.size},
        not_checked=_not_checked(frames, references),
    )


def _types_of(sifted: Sifted) -> list[str]:
    """The streams the slice speaks of, each once."""
    return list(dict.fromkeys([*sifted.frames, *(one.record_type for _, one in sifted.others if one.record_type)]))


def _candidates(sifted: Sifted, streams: Mapping[str, "_Stream"], references: References) -> dict[str, pl.DataFrame]:
    """The rows that break no rule and are the next ones of their streams."""
    firm_id = sifted.gathered.accessions.firm_id
    if any(one.record_type in _ASKING_TYPES or one.action == _ASKING_ACTION for _, one in sifted.others):
        return {name: frame.clear() for name, frame in sifted.frames.items()}
    return {
        name: _unbroken(only(frame, frame[ROW].is_in(streams[name].in_order.implode())), name, references, firm_id)
        for name, frame in sifted.frames.items()
    }


@dataclass(frozen=True, slots=True)
class _Stream:
    """The records of one type that take a place in their stream, in order: row, sequence, and how far it had come."""

    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    sequences: np.ndarray[tuple[int], np.dtype[np.int64]]
    before: np.ndarray[tuple[int], np.dtype[np.int64]]
    last: int

    @classmethod
    def of(cls, record_type: str, sifted: Sifted, last: int) -> "_Stream":
        firm_id = sifted.gathered.accessions.firm_id
        others = [(row, one.sequence) for row, one in sifted.others if _takes_a_place(one, record_type, firm_id)]
        frame = sifted.frames.get(record_type)
        usual = (frame[ROW].to_numpy(), frame[SEQUENCE].to_numpy()) if frame is not None else ((), ())
        rows = np.concatenate([np.asarray(usual[0], np.int64), np.array([row for row, _ in others], np.int64)])
        sequences = np.concatenate([np.asarray(usual[1], np.int64), np.array([one for _, one in others], np.int64)])
        order = np.argsort(rows, kind="stable")
        rows, sequences = rows[order], sequences[order]
        reached = np.maximum.accumulate(np.concatenate([np.array([last], np.int64), sequences]))
        return cls(rows, sequences, reached[:-1], int(reached[-1]))

    @property
    def in_order(self) -> pl.Series:
        """The rows of records that come next, with nothing missing before them."""
        return pl.Series(self.rows[self.sequences == self.before + 1], dtype=pl.UInt32)

    def beside(self, frame: pl.DataFrame) -> pl.Series:
        """The sequences of the rows that are not in a frame."""
        return pl.Series(self.sequences[~np.isin(self.rows, frame[ROW].to_numpy())], dtype=pl.Int64)

    def reached(self, rows: Sequence[int]) -> dict[int, int]:
        """How far the stream had come before these rows, for those that are its own."""
        chosen = np.isin(self.rows, np.asarray(rows, np.int64))
        return dict(zip(self.rows[chosen].tolist(), self.before[chosen].tolist(), strict=True))


def _takes_a_place(one: Received, record_type: str, firm_id: str) -> bool:
    if one.record_type != record_type or one.record is None or one.fatal or not one.sequence:
        return False
    return one.record.firm_id is None or one.record.firm_id == firm_id


def _checked(frame: pl.DataFrame, record_type: str, references: References) -> Mapping[str, Registered]:
    """The checks these records meet, if forms can tell of all of them."""
    checks = asked_together(record_type, frame["action"].unique(), frame[APPEND_DAY].unique().sort()) or {}
    return checks if all(one.tells_with(references) for one in _forms(record_type, checks)) else {}


def _forms(record_type: str, checks: Iterable[str]) -> list[Form]:
    return [found for one in checks if (found := form_of(record_type, one)) is not None]


def _unbroken(frame: pl.DataFrame, record_type: str, references: References, firm_id: str) -> pl.DataFrame:
    """The rows that certainly break no rule, with one column for each rule: what its form answered."""
    checks = _checked(frame, record_type, references)
    if not checks:
        return frame.clear()
    forms = _forms(record_type, checks)
    held, case = certain(forms, frame), case_of(references, firm_id)
    told = [answer(one, checks[one.rule_id], frame, held[one.rule_id], case) for one in forms]
    whole = pl.DataFrame(told).select(pl.all_horizontal(pl.all() != BROKEN)).to_series()
    return only(frame.hstack(told), whole)


def _apart(
    sifted: Sifted, frames: Mapping[str, pl.DataFrame], streams: Mapping[str, _Stream], taken: _Keys
) -> dict[str, pl.DataFrame]:
    """Leaves out whatever anybody else of the slice, or of what is held, speaks of: by sequence, key or contract."""
    alone: dict[str, pl.DataFrame] = {}
    for name, frame in frames.items():
        theirs = pl.col(KEY).is_duplicated() | pl.col(SEQUENCE).is_in(streams[name].beside(frame).implode())
        if taken.get(name):
            theirs |= pl.col(KEY).is_in(pl.Series(sorted(taken[name]), dtype=pl.String).implode())
        alone[name] = only(frame, frame.select(~theirs).to_series())
    mentioned = _mentioned(sifted, alone)
    if mentioned.is_empty():
        return alone
    return {name: only(frame, ~frame[CONTRACT_ID].is_in(mentioned.implode())) for name, frame in alone.items()}


def _mentioned(sifted: Sifted, alone: Mapping[str, pl.DataFrame]) -> pl.Series:
    """The contracts of which records speak that are not usual."""
    asked = needs(one for _, one in sifted.others).keys
    contracts = {key for record_type, key in asked if record_type == CONTRACT}
    # A key that is wrong names the contract of another line than the record does.
    contracts |= {key.rpartition("/")[0] for record_type, key in asked if record_type == COLLATERAL}
    contracts |= {str(found) for _, one in sifted.others if (found := getattr(one.record, CONTRACT_ID, None))}
    for name, frame in sifted.frames.items():
        if alone[name].height < frame.height:
            contracts.update(frame.filter(~pl.col(ROW).is_in(alone[name][ROW].implode()))[CONTRACT_ID].to_list())
    return pl.Series(sorted(contracts), dtype=pl.String)


def _not_checked(frames: Mapping[str, pl.DataFrame], references: References) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, frame in frames.items():
        for rule_id, check in _checked(frame, name, references).items() if frame.height else ():
            asked = frame[rule_id] == UNCHECKED
            if asked.any():
                acts = frame["action"].is_in(sorted(check.actions)) if check.actions else asked
                found[rule_id] += int((asked & acts).sum())
    return +found
