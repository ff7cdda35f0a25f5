"""The usual record's structs: those of `submissions.wire`, narrowed to what a vector form can tell."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import fields as members_of

from submissions.dictionary import Field, fields
from submissions.wire import wire_types

CONTRACT: Final = "contract"
COLLATERAL: Final = "collateral"
COLUMNAR_TYPES: Final = (CONTRACT, COLLATERAL)
# They say the whole content, and of a key that is new no rule about its history can be broken.
USUAL_ACTIONS: Final = ("NEW", "SNAPSHOT")


@dataclass(frozen=True, slots=True)
class UsualType:
    """One record type as columns: its struct, and the dictionary's fields in the order of the struct's values."""

    record_type: str
    struct: type[msgspec.Struct]
    fields: tuple[Field, ...]


def _member(member: Any, field: Field) -> tuple[Any, ...]:  # msgspec's description of a member
    kind = member.type
    if field.name == "action":
        kind = Literal[USUAL_ACTIONS]
    elif field.kind == "time":
        kind = str  # parsed as a column
    return (member.name, kind) if member.required else (member.name, kind, None)


@cache
def usual_types() -> dict[str, UsualType]:
    """The record types that go as columns."""
    found: dict[str, UsualType] = {}
    for name in COLUMNAR_TYPES:
        members = members_of(wire_types()[name].struct)
        by_column = {one.column: one for one in fields(name)}
        struct = msgspec.defstruct(
            f"usual_{name}",
            [_member(one, by_column[one.name]) for one in members],
            kw_only=True,
            tag_field="record_type",
            tag=name,
            forbid_unknown_fields=True,
            rename={one.name: one.encode_name for one in members},
            gc=False,
            module=__name__,
        )
        found[name] = UsualType(name, struct, tuple(by_column[one.name] for one in members))
    return found


@cache
def usual_decoder() -> msgspec.json.Decoder[Any]:
    """Decodes a record that may be usual; raises `msgspec.MsgspecError` for every other one."""
    union: Any = None
    for one in usual_types().values():
        union = one.struct if union is None else union | one.struct
    return msgspec.json.Decoder(union)
