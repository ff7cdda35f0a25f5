"""Columns of canonical values: decimals as scaled integers, times as moments; what is no such value is not usual."""

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


def canonical(gathered: Gathered) -> dict[str, pl.DataFrame]:
    """The frames of what may be usual with canonical values and `SOUND`: whether each text was the value it stands for.

    Times are of Shanghai, without saying so.
    """
    return {name: _placed(frame, gathered).with_columns(_expressions(name)) for name, frame in gathered.frames.items()}


def _placed(frame: pl.DataFrame, gathered: Gathered) -> pl.DataFrame:
    messages = pl.DataFrame(
        {
            OFFSET: [one.offset for one in gathered.messages],
            APPENDED_AT: [one.appended_at for one in gathered.messages],
        },
        schema={OFFSET: pl.Int64, APPENDED_AT: pl.Datetime("us", "UTC")},
    ).with_columns(pl.col(APPENDED_AT).dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None))
    messages = messages.with_columns(pl.col(APPENDED_AT).dt.date().alias(APPEND_DAY))
    numbers = pl.Series(gathered.numbers, dtype=pl.UInt32).gather(frame["row"])
    lines = pl.Series(LINE, gathered.lines, dtype=pl.Int32).gather(frame["row"])
    return frame.hstack([lines]).hstack(messages[numbers])


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
