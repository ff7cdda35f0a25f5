"""The record types as msgspec structs made from the dictionary, and the quick decoder over all of them.

A wire struct has one attribute per canonical value, and the quick decoder takes whole records only: every mandatory
value is there. Decoding fills it with what stands in the JSON, decimals still as text; `canonised` turns those into
scaled integers in place. Whatever is unusual raises (a decimal as a JSON number too: its text is lost by then), and
the exact reader (`submissions.exact`) takes the record from the start: both give the same canonical values, and only
that one explains.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from submissions.dictionary import (
    INTEGER_END,
    LISTED_MAX,
    LISTS,
    PLACES,
    SEQUENCE_END,
    SPEC_VERSIONS,
    Field,
    code_list,
    fields,
    taken_types,
)
from submissions.numbers import NotANumber, scaler

_QUICK: dict[str, Callable[[str | int], int]] = {kind: scaler(places) for kind, places in PLACES.items()}
_SEQUENCE = Meta(ge=1, lt=SEQUENCE_END)
_INTEGER = Meta(ge=0, lt=INTEGER_END)
_LISTED = Meta(max_length=LISTED_MAX)


@dataclass(frozen=True, slots=True)
class WireType:
    """One record type as the quick path sees it. `scaled` are the values that take another form once decoded."""

    record_type: str
    struct: type[msgspec.Struct]
    scaled: tuple[tuple[str, Callable[[Any], Any]], ...]
    mandatory: Callable[[Any], tuple[Any, ...]]
    member_count: int
    blank: dict[str, None]


def _wire(field: Field) -> Any:  # a type, made at run time
    if field.kind in PLACES:
        return str | int | float
    if field.kind == "code":
        return Literal[tuple(one.code for one in code_list(field.limit))]
    if field.name == "spec_version":
        return Literal[tuple(sorted(SPEC_VERSIONS))]
    if field.kind == "codes":
        code: Any = Literal[tuple(one.code for one in code_list(field.limit))]
        return Annotated[tuple[code, ...], _LISTED]
    if field.kind == "texts":
        return Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=int(field.limit))], ...], _LISTED]
    if field.kind == "text":
        return Annotated[str, Meta(min_length=1, max_length=int(field.limit))]
    return {
        "integer": Annotated[int, _SEQUENCE if field.name == "sequence" else _INTEGER],
        "date": date,
        "time": Annotated[datetime, Meta(tz=True)],
        "flag": bool,
        "map": dict[str, str],
        "counts": dict[str, Annotated[int, _INTEGER]],
    }[field.kind]


def _member(field: Field) -> tuple[Any, ...]:
    if field.presence == "M":
        return field.column, _wire(field)
    # No null here: it is unusual, and it could hide a member that stands twice.
    return field.column, _wire(field), None


def _wire_type(record_type: str) -> WireType:
    members = [one for one in fields(record_type) if one.name != "record_type"]
    struct = msgspec.defstruct(
        record_type,
        [_member(one) for one in members],
        kw_only=True,
        tag_field="record_type",
        tag=record_type,
        forbid_unknown_fields=True,
        rename={one.column: one.name for one in members},
        gc=False,
        module=__name__,
    )
    return WireType(
        record_type=record_type,
        struct=struct,
        scaled=tuple(
            (one.column, _in_order if one.kind in LISTS else _QUICK[one.kind])
            for one in members
            if one.kind in PLACES or one.kind in LISTS
        ),
        mandatory=attrgetter(*(one.column for one in members if one.presence == "M")),
        member_count=len(members) + 1,
        blank=dict.fromkeys(one.column for one in members),
    )


@cache
def wire_types() -> dict[str, WireType]:
    """The wire types of the records that are taken."""
    return {name: _wire_type(name) for name in taken_types()}


@cache
def wire_type_of(struct: type[msgspec.Struct]) -> WireType:
    """The wire type of a decoded struct's class."""
    return next(one for one in wire_types().values() if one.struct is struct)


@cache
def quick_decoder() -> msgspec.json.Decoder[Any]:
    """Decodes one record of any type that is taken; raises `msgspec.MsgspecError` for anything unusual."""
    union: Any = None
    for one in wire_types().values():
        union = one.struct if union is None else union | one.struct
    return msgspec.json.Decoder(union)


def _in_order(listed: tuple[str, ...]) -> tuple[str, ...]:
    """A list's values in one order, for its own says nothing; one that stands twice is unusual."""
    if len(set(listed)) != len(listed):
        raise NotANumber
    return tuple(sorted(listed))


def canonised(record: Any, wire: WireType) -> Any:  # a struct made at run time
    """The record with its decimals as scaled integers and its lists in order; raises `NotANumber` for the unusual."""
    for column, scaled in wire.scaled:
        text = getattr(record, column)
        if text is not None:
            setattr(record, column, scaled(text))
    return record
