"""Accessions and receipt items of whole columns: byte for byte what `submissions.frames` writes of single records."""

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from submissions.accession import ALPHABET, Accessions
from submissions.columnar.sift import ROW
from submissions.columnar.values import LINE, OFFSET
from submissions.frames import Item, Listed, listed
from submissions.outcome import Outcome

ACCESSION = "_accession"


def with_accessions(frame: pl.DataFrame, accessions: Accessions) -> pl.DataFrame:
    """The frame with the accession of every row."""
    places = pl.col(OFFSET), pl.col(LINE)
    check = accessions.remainder(*places).replace_strict(
        list(range(len(ALPHABET))), list(ALPHABET), return_dtype=pl.String
    )
    return frame.with_columns(pl.format(f"{accessions.prefix}{{}}-{{}}-{{}}", *places, check).alias(ACCESSION))


@cache
def _item(record_type: str) -> pl.Expr:
    # Keys of usual records hold nothing that JSON escapes: their bytes were read without an escape.
    texts = (
        '{"accession":"', '","offset":', ',"index":', f',"outcome":"{Outcome.ACCEPTED}","type":"{record_type}","key":"',
        '","sequence":', "}",
    )  # fmt: skip
    values = [pl.col(one).cast(pl.String) for one in (ACCESSION, OFFSET, LINE, "record_key", "sequence")]
    parts = [part for pair in zip(map(pl.lit, texts), [*values, pl.lit("")], strict=True) for part in pair]
    return pl.concat_str(parts)


def items_of(frames: Mapping[str, pl.DataFrame], others: Sequence[tuple[int, Item]]) -> Listed:
    """The receipt items of a slice in order: accepted rows of columns, and what became of the others."""
    usual = [frame.select(ROW, _item(name).cast(pl.Binary).alias("item")) for name, frame in frames.items()]
    if not others:
        return Listed(pl.concat(usual).sort(ROW)["item"].to_list())
    told = listed([item for _, item in others])
    rows = pl.Series(ROW, [row for row, _ in others], dtype=pl.UInt32)
    merged = pl.concat([*usual, pl.DataFrame([rows, pl.Series("item", told.bodies, dtype=pl.Binary)])]).sort(ROW)
    return Listed(merged["item"].to_list(), {others[at][0]: broken for at, broken in told.broken.items()})
