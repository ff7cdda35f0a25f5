"""Vector forms of the rules that every record type meets, and of those about a key's history."""

import polars as pl

from submissions.columnar.forms import CERTAIN, form
from submissions.columnar.values import APPEND_DAY, APPENDED_AT, REPORTED_AT
from submissions.columnar.wire import COLUMNAR_TYPES
from submissions.dictionary import dated_lists, fields, types
from submissions.rules.every_record import CLOCK_TOLERANCE, DUE

_SECURITY = {"contract": ("initial_market", "initial_security"), "collateral": ("market", "security")}
_IDENTITY_CHARACTERS = 18  # an identity number's least length
# Of a key that is new nothing was reported before: there is nothing these could compare with.
_OF_HISTORY = ("V021", "V024", "V032")


def _key(record_type: str) -> pl.Expr:
    return pl.concat_str([pl.col(one).cast(pl.String) for one in types()[record_type].key_fields], separator="/")


def _no_identity_number(record_type: str) -> pl.Expr:
    texts = [pl.col(one.column) for one in fields(record_type) if one.kind == "text" and one.name != "record_type"]
    return pl.all_horizontal(
        text.is_null() | (text.str.len_bytes() < _IDENTITY_CHARACTERS) | ~text.str.contains("[0-9]{17}")
        for text in texts
    )


def _events_before_report(record_type: str) -> pl.Expr:
    days = [pl.col(one.column) for one in fields(record_type) if one.event and one.kind == "date"]
    reported_on = pl.col(REPORTED_AT).dt.date()
    return pl.all_horizontal(day.is_null() | (day <= reported_on) for day in days)


def _due() -> pl.Expr:
    return pl.col("business_date").cast(pl.Datetime("us")) + pl.duration(hours=DUE.hour, minutes=DUE.minute)


for _type in COLUMNAR_TYPES:
    form(
        "V006",
        _type,
        CERTAIN if not dated_lists(_type) else ~CERTAIN,
        asked=("business_date", *(one.column for one in dated_lists(_type))),
    )
    form("V009", _type, CERTAIN, asked=("business_date",), lookups=("calendar",))
    form("V010", _type, pl.col("record_key") == _key(_type))
    form("V015", _type, ~CERTAIN, asked=("action",))
    form("V017", _type, _no_identity_number(_type))
    form("V028", _type, pl.col("business_date") <= pl.col(APPEND_DAY))
    form(
        "V029",
        _type,
        (pl.col(REPORTED_AT) <= pl.col(APPENDED_AT) + CLOCK_TOLERANCE) & _events_before_report(_type),
    )
    form("V030", _type, pl.col("load_id").is_not_null() | (pl.col(APPENDED_AT) <= _due()))
    form("V033", _type, CERTAIN, asked=(*_SECURITY[_type], "business_date"), lookups=("calendar", "knows_security"))
    for _rule in _OF_HISTORY:
        form(_rule, _type, CERTAIN)
