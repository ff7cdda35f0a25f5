"""One example of every event class, made from its types alone: the same fields always give the same example.

The examples are committed as golden messages (`events/golden`): readers and writers are tested against them.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import inspect

from events.base import Event
from events.reference import v1 as reference_v1

_EXAMPLE_ID = UUID("0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b")
_PLAIN: dict[type[inspect.Type], Any] = {
    inspect.UUIDType: _EXAMPLE_ID,
    inspect.IntType: 1,
    inspect.BoolType: True,
    inspect.DecimalType: Decimal("1.5"),
    inspect.DateType: date(2026, 3, 31),
    inspect.DateTimeType: datetime.fromisoformat("2026-03-31T16:00:00+08:00"),
    inspect.StrType: "example",
}


def example(event_class: type[Event]) -> Event:
    """An example of an event class, every field filled.

    Raises:
        TypeError: a field has a type no example is known for.
    """
    fields = {one.name: _value(one.type) for one in msgspec.structs.fields(event_class)}
    if event_class is reference_v1.SnapshotRows:
        fields["rows"] = reference_v1.encode_rows([_EXAMPLE_ROW])
    return event_class(**fields)


_EXAMPLE_ROW = reference_v1.CalendarRow(day=date(2026, 3, 31), is_trading_day=True)


def _value(annotation: Any) -> Any:
    return _of_type(inspect.type_info(annotation), annotation)


def _of_type(kind: inspect.Type, annotation: Any = None) -> Any:
    if type(kind) in _PLAIN:
        return _PLAIN[type(kind)]
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.UnionType):
        return next(_of_type(one) for one in kind.types if not isinstance(one, inspect.NoneType))
    if isinstance(kind, inspect.ListType):
        return [_of_type(kind.item_type)]
    if isinstance(kind, inspect.DictType):
        return {_of_type(kind.key_type): _of_type(kind.value_type)}
    if isinstance(kind, inspect.StructType):
        return kind.cls(**{one.name: _of_type(one.type) for one in kind.fields})
    if isinstance(kind, inspect.RawType):
        return msgspec.Raw(b"[]")
    raise TypeError(f"no example is known for {kind!r} ({annotation!r})")
