"""What of a slice may be usual by itself, before anything is known of the firm's book."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from submissions.accession import Accessions
from submissions.columnar.gather import Gathered, gather
from submissions.columnar.values import SOUND, canonical
from submissions.columnar.wire import usual_types
from submissions.outcome import Message, Received

ROW: Final = "row"


@dataclass(frozen=True, slots=True)
class Sifted:
    """A slice in two parts: frames of what may be usual, by type, and every other record in order, with its row."""

    gathered: Gathered
    frames: Mapping[str, pl.DataFrame]
    others: Sequence[tuple[int, Received]]

    @property
    def count(self) -> int:
        """How many records and unreadable messages there are."""
        return len(self.gathered.raws)


def sift(messages: Iterable[Message], accessions: Accessions) -> Sifted:
    """Reads the messages. Pure; runs in a thread."""
    gathered = gather(messages, accessions)
    frames = {
        name: only(frame, frame.select(_may_be_usual(name, accessions.firm_id)).to_series())
        for name, frame in canonical(gathered).items()
    }
    others = [(row, gathered.read_exactly(row)) for row in rows_beside(frames, len(gathered.raws))]
    return Sifted(gathered, {name: frame for name, frame in frames.items() if frame.height}, others)


def only(frame: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
    """The rows for which the mask is true; mostly all of them, and then nothing is copied."""
    return frame if mask.all(ignore_nulls=False) else frame.filter(mask)


def rows_beside(frames: Mapping[str, pl.DataFrame], count: int) -> list[int]:
    """The rows of a slice that are in none of its frames, in order."""
    left = np.ones(count, bool)
    for frame in frames.values():
        left[frame[ROW].to_numpy()] = False
    return [int(row) for row in np.flatnonzero(left)]


@cache
def _may_be_usual(record_type: str, firm_id: str) -> pl.Expr:
    mandatory = [pl.col(one.column) for one in usual_types()[record_type].fields if one.presence == "M"]
    return (
        pl.col(SOUND)
        & pl.all_horizontal(one.is_not_null() for one in mandatory)
        & (pl.col("firm_id") == firm_id)
        & pl.all_horizontal(pl.col("corrects", "merged_into").is_null())
        & (pl.col("status") != "closed")
    )
