"""Accessions and receipt items of whole columns: byte for byte what `submissions.frames` writes of single records."""

from functools import cache

import polars as pl

from submissions.accession import ALPHABET, Accessions
from submissions.columnar.values import LINE, OFFSET
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


def items_of(frame: pl.DataFrame, record_type: str) -> list[bytes]:
    """The receipt items of accepted rows."""
    return frame.select(_item(record_type).cast(pl.Binary)).to_series().to_list()
