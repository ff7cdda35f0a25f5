"""The exact reader: takes a record apart field by field and says what is wrong with each. Slow, and never guesses."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finance.identifiers import identity_numbers
from submissions.dictionary import (
    INTEGER_END,
    LISTED_MAX,
    PLACES,
    SEQUENCE_END,
    SPEC_VERSIONS,
    Field,
    code_list,
    fields,
    taken_types,
    types,
)
from submissions.numbers import DIGITS_MAX, NotANumber, exact
from submissions.outcome import Finding
from submissions.wire import wire_types

DEPTH_MAX = 8
SHOWN_CHARACTERS_MAX = 64
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Invalid(ValueError):
    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class _Twice(ValueError):
    pass


@dataclass(slots=True)
class Reading:
    """What could be read of a record. `record` is None only when its type could not be told, or on a fatal finding."""

    findings: list[Finding] = field(default_factory=list)
    record_type: str | None = None
    record: Any = None
    members: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)
    fatal: bool = False

    def stop(self, rule: str, path: str = "", value: object = None) -> "Reading":
        """Adds a fatal finding."""
        self.findings.append(Finding(rule, path, shown(value)))
        self.fatal = True
        return self


def read(raw: bytes) -> Reading:
    """Reads one record from its bytes."""
    reading = Reading()
    try:
        members = json.loads(
            raw.decode(),
            parse_float=_decimal_number,
            parse_int=_integer,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
        )
    except _Twice as error:
        return reading.stop("V003", str(error))
    except _Invalid as error:
        return reading.stop(error.rule)
    except RecursionError:
        return reading.stop("V003")
    except ValueError:
        return reading.stop("V001")
    if not isinstance(members, dict):
        return reading.stop("V001")
    reading.members = members
    if _depth(members) > DEPTH_MAX:
        return reading.stop("V003")
    return _read_type(reading)


def _read_type(reading: Reading) -> Reading:
    record_type, version = reading.members.get("record_type"), reading.members.get("spec_version")
    if not isinstance(record_type, str) or record_type not in types():
        return reading.stop("V002", "record_type", record_type)
    reading.record_type = record_type
    if record_type not in taken_types():
        return reading.stop("V002", "record_type", record_type)
    if version is not None and version not in SPEC_VERSIONS:
        return reading.stop("V002", "spec_version", version)
    _read_fields(reading, record_type)
    return reading


def _read_fields(reading: Reading, record_type: str) -> None:
    values: dict[str, Any] = {}
    known = {"record_type"}
    for one in fields(record_type):
        if one.name == "record_type":
            continue
        known.add(one.name)
        value = reading.members.get(one.name)
        if value is None:
            continue
        try:
            values[one.column] = _READERS[one.kind](value, one)
        except _Invalid as error:
            reading.findings.append(Finding(error.rule, one.name, shown(value, personal=one.personal)))
    for name in sorted(reading.members.keys() - known):
        reading.unknown[name] = reading.members[name]
        reading.findings.append(Finding("V007", name))
    wire = wire_types()[record_type]
    reading.record = wire.struct(**(wire.blank | values))


def shown(value: object, *, personal: bool = False) -> str | None:
    """A value as a receipt shows it: cut to length, masked when it is personal or holds an identity number."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if personal or next(identity_numbers(text), None):
        return "***"
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[: SHOWN_CHARACTERS_MAX - 1] + "…"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]  # remembers on the way
    return members


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > DIGITS_MAX:
        raise _Invalid("V003")
    return int(text)


def _decimal_number(text: str) -> Decimal:
    mantissa = text.partition("e")[0].partition("E")[0]
    if sum(map(str.isdigit, mantissa)) > DIGITS_MAX:
        raise _Invalid("V003")
    return Decimal(text)


def _no_constant(_name: str) -> None:
    raise _Invalid("V001")  # NaN and Infinity are no JSON


def _depth(value: object) -> int:
    depth, layer = 0, [value]
    while layer:
        depth += 1
        layer = [child for one in layer for child in _children(one)]
    return depth


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [one for one in value.values() if isinstance(one, dict | list)]
    return [one for one in value if isinstance(one, dict | list)] if isinstance(value, list) else []


def _text(value: object, one: Field) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= int(one.limit):
        raise _Invalid("V005")
    return value


def _code(value: object, one: Field) -> str:
    if not isinstance(value, str):
        raise _Invalid("V005")
    if all(value != known.code for known in code_list(one.limit)):
        raise _Invalid("V006")
    return value


def _whole(value: object, one: Field) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Invalid("V005")
    if one.name == "sequence":
        if not 0 < value < SEQUENCE_END:
            raise _Invalid("V005")
    elif value < 0:
        raise _Invalid("V013")
    elif value >= INTEGER_END:
        raise _Invalid("V005")
    return value


def _decimal(value: object, one: Field) -> int:
    try:
        scaled = exact(value, PLACES[one.kind])
    except NotANumber as error:
        raise _Invalid("V005") from error
    if scaled < 0 and one.kind != "signed":
        raise _Invalid("V013")
    return scaled


def _date(value: object, _one: Field) -> date:
    if not isinstance(value, str):
        raise _Invalid("V005")
    if not _DAY.fullmatch(value):
        raise _Invalid("V008")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _Invalid("V008") from error


def _time(value: object, _one: Field) -> datetime:
    if not isinstance(value, str):
        raise _Invalid("V005")
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise _Invalid("V008") from error
    if time.tzinfo is None:
        raise _Invalid("V008")
    return time


def _flag(value: object, _one: Field) -> bool:
    if not isinstance(value, bool):
        raise _Invalid("V005")
    return value


def _map(value: object, one: Field) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _Invalid("V005")
    codes = {known.code for known in code_list(one.limit)}
    if any(not isinstance(code, str) or code not in codes for code in value.values()):
        raise _Invalid("V006")
    return dict(sorted(value.items()))


def _counts(value: object, one: Field) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _Invalid("V005")
    codes = {known.code for known in code_list(one.limit)}
    if any(name not in codes for name in value):
        raise _Invalid("V006")
    return {name: _whole(count, one) for name, count in sorted(value.items())}


def _texts(value: object, one: Field) -> tuple[str, ...]:
    return _listed(value, one, _text)


def _codes(value: object, one: Field) -> tuple[str, ...]:
    return _listed(value, one, _code)


def _listed(value: object, one: Field, read_one: Callable[[Any, Field], str]) -> tuple[str, ...]:
    """A list's values in one order, each once: its own order says nothing."""
    if not isinstance(value, list) or len(value) > LISTED_MAX:
        raise _Invalid("V005")
    values = sorted(read_one(each, one) for each in value)
    if len(set(values)) != len(values):
        raise _Invalid("V005")
    return tuple(values)


_READERS: dict[str, Callable[[Any, Field], Any]] = {
    "text": _text,
    "code": _code,
    "integer": _whole,
    "money": _decimal,
    "signed": _decimal,
    "quantity": _decimal,
    "price": _decimal,
    "ratio": _decimal,
    "date": _date,
    "time": _time,
    "flag": _flag,
    "map": _map,
    "counts": _counts,
    "texts": _texts,
    "codes": _codes,
}
