"""The field dictionary, code lists and record types, from the dated tables beside the code."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from finance.units import decimal_text

Presence = Literal["M", "C", "O"]
Kind = Literal[
    "text", "code", "integer", "money", "signed", "quantity", "price", "ratio", "date", "time", "flag", "map", "counts",
    "texts", "codes",
]  # fmt: skip
Due = Literal["d", "m", ""]
SPEC_VERSIONS = frozenset({"1.0"})
INTEGER_END = 10**9  # of counts, terms and line numbers; not reached
SEQUENCE_END = 2**62  # not reached
# Integers bear their unit in their name wherever it is not one: fen, ten-thousandths, millionths.
PLACES: dict[str, int] = {"money": 2, "signed": 2, "quantity": 4, "price": 4, "ratio": 6}
_SUFFIXES = {"money": "_fen", "signed": "_fen", "quantity": "_e4", "price": "_e4", "ratio": "_e6"}
LISTS = frozenset({"texts", "codes"})
LISTED_MAX = 1000  # values of one list


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type. `limit` is a longest length or the name of a code list.

    `evidence` says what it stands on: `rule` (appendix 1) or `judgement`.
    """

    record_type: str
    name: str
    presence: Presence
    kind: Kind
    limit: str
    event: bool
    personal: bool
    name_zh: str
    name_en: str
    evidence: str

    @property
    def column(self) -> str:
        """The name of its canonical value: the field's own, with the unit where it is a scaled integer."""
        return self.name + _SUFFIXES.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class TypeOfRecord:
    """One record type: key fields in order, valid actions, and whether its records are taken yet.

    `due`: its stream is declared daily, monthly, or only its events are told. `amount` and `quantity` are the columns
    that a declaration adds up. Control records speak of other records and are never linked (M4.4).
    """

    name: str
    code: str
    name_zh: str
    name_en: str
    key_fields: tuple[str, ...]
    actions: frozenset[str]
    due: Due
    taken: bool
    amount: str | None
    quantity: str | None
    is_control: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list, in force from (included) and until (the first day it is not)."""

    code: str
    starts: date | None
    ends: date | None

    def acts_on(self, day: date) -> bool:
        """Whether the code is valid on a day."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day < self.ends)


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of this package; lines that begin with `#` are its notes."""
    lines = files("submissions").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def types() -> dict[str, TypeOfRecord]:
    """Every record type of the specification."""
    return {
        row["record_type"]: TypeOfRecord(
            name=row["record_type"],
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            key_fields=tuple(row["key_fields"].split()),
            actions=frozenset(row["actions"].split()),
            due=cast("Due", row["due"]),
            taken=bool(row["taken"]),
            amount=f"{row['amount_field']}_fen" if row["amount_field"] else None,
            quantity=f"{row['quantity_field']}_e4" if row["quantity_field"] else None,
            is_control=bool(row["control"]),
            evidence=row["evidence"],
        )
        for row in table("types.csv")
    }


@cache
def taken_types() -> tuple[str, ...]:
    """The record types whose records are taken by this release, in the table's order."""
    return tuple(name for name, one in types().items() if one.taken)


@cache
def fields(record_type: str) -> tuple[Field, ...]:
    """The fields of a record type, the common ones first, in the order of columns."""
    return tuple(
        Field(
            record_type=record_type,
            name=row["field"],
            presence=cast("Presence", row["presence"]),
            kind=cast("Kind", row["kind"]),
            limit=row["limit"],
            event=bool(row["event"]),
            personal=bool(row["personal"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            evidence=row["evidence"],
        )
        for row in table("fields.csv")
        if row["record_type"] in {"*", record_type}
    )


@cache
def field_of_column(record_type: str) -> dict[str, Field]:
    """The fields of a record type by the name of their canonical value."""
    return {one.column: one for one in fields(record_type)}


@cache
def _by_name(record_type: str) -> dict[str, Field]:
    return {one.name: one for one in fields(record_type)}


def field_of(record_type: str, name: str) -> Field | None:
    """A field of a record type by its name; None where there is none."""
    return _by_name(record_type).get(name)


def value_text(field: Field | None, value: object) -> str:
    """A canonical value as the firm would write it: decimals with all their places."""
    if field is not None and field.kind in PLACES and isinstance(value, int):
        return decimal_text(value, PLACES[field.kind])
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def is_mandatory(record_type: str, name: str) -> bool:
    """Whether every record of the type bears the field."""
    return _by_name(record_type)[name].presence == "M"


@cache
def columns(record_type: str) -> tuple[str, ...]:
    """The names of a record's canonical values, in order."""
    return tuple(one.column for one in fields(record_type))


@cache
def code_list(name: str) -> tuple[Code, ...]:
    """Every code a list ever had."""
    return tuple(
        Code(row["code"], _day(row["from"]), _day(row["to"])) for row in table("codes.csv") if row["list"] == name
    )


@cache
def codes_on(name: str, day: date) -> frozenset[str]:
    """The codes of a list in force on a day."""
    return frozenset(one.code for one in code_list(name) if one.acts_on(day))


@cache
def dated_lists(record_type: str) -> tuple[Field, ...]:
    """The code fields of a type whose list has changed at all: only those need the day."""
    return tuple(
        one
        for one in fields(record_type)
        if one.kind == "code" and any(code.starts or code.ends for code in code_list(one.limit))
    )


COMMON_FIELDS = 13


def required(record_type: str, action: str) -> tuple[Field, ...]:
    """The fields a record must bear (or say why not) under an action.

    CANCEL and MERGE name the record and nothing of its content; VALUE names it and the values that moved; every
    other action carries the whole record.
    """
    return _required(record_type, action)


@cache
def _required(record_type: str, action: str) -> tuple[Field, ...]:
    every = fields(record_type)
    if action in {"CANCEL", "MERGE", "VALUE"}:
        keys = types()[record_type].key_fields
        every = tuple(one for at, one in enumerate(every) if at < COMMON_FIELDS or one.name in keys)
    return tuple(one for one in every if one.presence == "M")
