"""Columns of canonical values: decimals as scaled integers, times as moments; what is no such value is not usual."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

import polars as pl

from submissions.columnar.gather import COLUMN_KINDS, Gathered
from submissions.columnar.wire import usual_types
from submissions.dictionary import PLACES, Field
from submissions.numbers import SCALED_DIGITS_MAX

SOUND: Final = "_sound"
# Columns beside the record's own.
OFFSET, LINE, APPENDED_AT, APPEND_DAY = "_offset", "_line", "_appended_at", "_append_day"
REPORTED_AT: Final = "reported_at"
_SHANGHAI: Final = "+08:00"
_MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]{1,6})?\+08:00$"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OF_SHANGHAI: Final = timedelta(hours=8)
_MICROSECOND: Final = timedelta(microseconds=1)


def canonical(gathered: Gathered) -> dict[str, pl.DataFrame]:
    """The frames of what may be usual with canonical values and `SOUND`: whether each text was the value it stands for.

    Times are of Shanghai, without saying so.
    """
    moments = _moments(gathered)
    return {
        name: _placed(frame, gathered, moments).with_columns(_expressions(name))
        for name, frame in gathered.frames.items()
    }


def _moments(gathered: Gathered) -> pl.DataFrame:
    """Offset, append time and append day of every message."""
    appended: list[int] = []
    last, moment = None, 0
    for one in gathered.messages:
        if one.appended_at is not last:  # those of one batch share theirs
            last = one.appended_at
            moment = (last - _EPOCH + _OF_SHANGHAI) // _MICROSECOND
        appended.append(moment)
    at = pl.Series(APPENDED_AT, appended, dtype=pl.Int64).cast(pl.Datetime("us"))
    offsets = pl.Series(OFFSET, [one.offset for one in gathered.messages], dtype=pl.Int64)
    return pl.DataFrame([offsets, at, at.dt.date().alias(APPEND_DAY)])


def _placed(frame: pl.DataFrame, gathered: Gathered, moments: pl.DataFrame) -> pl.DataFrame:
    rows = frame["row"]
    numbers = pl.Series(gathered.numbers, dtype=pl.UInt32).gather(rows)
    lines = pl.Series(LINE, gathered.lines, dtype=pl.Int32).gather(rows)
    return frame.hstack([lines, *moments[numbers].get_columns()])


@cache
def _expressions(record_type: str) -> list[pl.Expr]:
    fields = usual_types()[record_type].fields
    values = [_value(one) for one in fields if one.kind in PLACES or one.kind == "time"]
    sound = [
        _is_sound(one) for one in fields if one.kind in PLACES or one.kind == "time" or one.kind not in COLUMN_KINDS
    ]
    return [*values, pl.all_horizontal(sound).alias(SOUND)]


def _value(one: Field) -> pl.Expr:
    text = pl.col(one.column)
    if one.kind == "time":
        moment = text.str.strip_suffix(_SHANGHAI).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
        return moment.alias(one.column)
    plain = pl.when(text.str.contains(_plain(PLACES[one.kind]))).then(text)
    return plain.cast(pl.Decimal(38, PLACES[one.kind]), strict=False).to_physical().cast(pl.Int64).alias(one.column)


def _is_sound(one: Field) -> pl.Expr:
    text = pl.col(one.column)
    if one.kind not in COLUMN_KINDS:
        return text.is_null()
    if one.kind == "time":
        # What the format takes and no calendar has is null as a value.
        return text.str.contains(_MOMENT)
    return text.is_null() | text.str.contains(_plain(PLACES[one.kind]))


def _plain(places: int) -> str:
    return rf"^[0-9]{{1,{SCALED_DIGITS_MAX - places}}}(\.[0-9]{{1,{places}}})?$"
