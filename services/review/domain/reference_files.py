"""Reads a reference file: every row, or every place where it is not one. Nothing is loaded from a malformed file."""

import csv
import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import pairwise
from typing import ClassVar, Literal, NamedTuple

from chassis.kernel import FieldError, Refusal
from review.domain.reference_columns import KINDS, CellInvalid, FileKind, Row

ERRORS_MAX = 20
LINE_BYTES_MAX = 64 * 1024
_BUCKETS = 256

_RULES: dict[str, tuple[str, str]] = {
    "encoding": ("不是有效的{encoding}文本", "is not valid {encoding}"),
    "line_too_long": ("该行超过长度上限", "is longer than a line may be"),
    "csv": ("CSV格式有误", "is not well-formed CSV"),
    "json": ("不是一个JSON对象", "is not one JSON object"),
    "header_missing": ("缺少该列", "the column is missing"),
    "header_unknown": ("未知的列", "the column is unknown"),
    "header_twice": ("列名重复", "the column appears twice"),
    "cells": ("单元格数量与表头不符", "has not as many cells as the header"),
    "required": ("不得为空", "must not be empty"),
    "decimal": ("应为十进制数（整数部分最多18位，小数最多8位）", "must be a decimal of at most 18 and 8 places"),
    "not_negative": ("不得为负数", "must not be negative"),
    "positive": ("应大于0", "must be above zero"),
    "whole_number": ("应为非负整数", "must be a whole number"),
    "date": ("应为日期，例如2026-03-31", "must be a date such as 2026-03-31"),
    "yes_no": ("应为true或false", "must be true or false"),
    "text": ("文本过长或含有不可见字符", "is too long or holds invisible characters"),
    "code": ("应为1至12位大写字母或数字", "must be 1 to 12 capital letters or digits"),
    "word": ("应为小写英文代码", "must be a lower-case code"),
    "registration_number": (
        "应为4至40位大写字母、数字或连字符组成的登记编号",
        "must be a registration number of 4 to 40 capital letters, digits or hyphens",
    ),
    "unified_account": ("应为12位一码通账户号码", "must be a unified account number of twelve digits"),
    "unknown_code": ("不在允许的取值范围内", "is not one of the known codes"),
    "scalar": ("应为单个值", "must be a single value"),
    "duplicate_key": ("与前面的行重复", "repeats an earlier row"),
    "calendar_gap": ("日历不连续：缺少{missing}", "the calendar lacks {missing}"),
    "empty": ("文件没有数据行", "the file holds no row"),
}


class KindUnknown(Refusal):
    """There is no such kind of reference data."""

    slug: ClassVar[str] = "reference-kind-unknown"
    title_zh: ClassVar[str] = "未知的参考数据种类"
    title_en: ClassVar[str] = "There is no such kind of reference data"


class ReferenceFileMalformed(Refusal):
    """The file is not what its kind prescribes: each place is named, nothing is loaded."""

    slug: ClassVar[str] = "reference-file-malformed"
    title_zh: ClassVar[str] = "文件格式有误，未加载任何数据"
    title_en: ClassVar[str] = "The file is malformed; nothing was loaded"


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """How a file's bytes are to be read; GB18030 must be told, it is never guessed."""

    syntax: Literal["csv", "ndjson"]
    encoding: Literal["utf-8", "gb18030"] = "utf-8"


@dataclass(frozen=True)
class Fault:
    """One place where a file is malformed."""

    line: int
    column: str
    rule: str
    figures: Mapping[str, str] = field(default_factory=dict)

    def error(self) -> FieldError:
        """The place and the rule, in both languages."""
        zh, en = _RULES[self.rule]
        column_zh = f"“{self.column}”列" if self.column else ""
        column_en = f", column {self.column}" if self.column else ""
        return FieldError(
            pointer=f"/lines/{self.line}/{self.column}" if self.column else f"/lines/{self.line}",
            rule=self.rule,
            message_zh=f"第{self.line}行{column_zh}{zh.format(**self.figures)}",
            message_en=f"line {self.line}{column_en}: {en.format(**self.figures)}",
        )


class NumberedRow(NamedTuple):
    """A row and the line it ends on."""

    line: int
    row: Row


class _Broken(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.rule)
        self.fault = fault


def file_kind(kind: str) -> FileKind:
    """The columns of a kind.

    Raises:
        KindUnknown: it is none of ours.
    """
    if kind not in KINDS:
        raise KindUnknown(kinds=sorted(KINDS))
    return KINDS[kind]


def check_file(kind: str, lines: Callable[[], Iterable[bytes]], file_format: FileFormat) -> int:
    """Reads the whole file and returns how many rows it holds. Bounded memory: eight bytes a row.

    Raises:
        ReferenceFileMalformed: naming the line, column and rule of up to 20 faults.
    """
    spec = file_kind(kind)
    keys, days, faults, count, last = _Keys(), set[date](), list[Fault](), 0, 1
    for one in read_rows(kind, lines(), file_format):
        if isinstance(one, Fault):
            faults.append(one)
            if len(faults) >= ERRORS_MAX:
                break
            continue
        count, last = count + 1, one.line
        keys.add(spec.key_of(one.row))
        if kind == "calendar" and isinstance(day := one.row["day"], date):
            days.add(day)
    faults += [] if faults else _whole_file_faults(spec, count, days, last)
    if not faults and (suspects := keys.repeated()):
        faults = _duplicates(kind, lines, file_format, suspects)
    if faults:
        raise ReferenceFileMalformed(
            errors=[one.error() for one in faults],
            faults=[{"line": one.line, "column": one.column, "rule": one.rule} for one in faults],
        )
    return count


def read_rows(kind: str, lines: Iterable[bytes], file_format: FileFormat) -> Iterator[NumberedRow | Fault]:
    """Every row in order, and every fault where there is none; after one that spoils the rest, nothing follows."""
    spec = file_kind(kind)
    reader = _csv_rows if file_format.syntax == "csv" else _json_rows
    try:
        yield from reader(spec, _decoded(lines, file_format.encoding))
    except _Broken as broken:
        yield broken.fault


def _decoded(lines: Iterable[bytes], encoding: str) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_BYTES_MAX:
            raise _Broken(Fault(number, "", "line_too_long"))
        try:
            # In both encodings a line feed is never part of another character.
            yield line.decode("utf-8-sig" if encoding == "utf-8" and number == 1 else encoding)
        except UnicodeDecodeError as error:
            column = str(line[: error.start].count(b",") + 1)
            raise _Broken(Fault(number, column, "encoding", {"encoding": encoding})) from None


def _csv_rows(spec: FileKind, lines: Iterator[str]) -> Iterator[NumberedRow | Fault]:
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, [])
        faults = _header_faults(spec, header)
        yield from faults
        if faults:
            return
        for cells in reader:
            if len(cells) != len(header):
                if cells:
                    yield Fault(reader.line_num, "", "cells")
                continue
            yield from _row(spec, reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error:
        raise _Broken(Fault(reader.line_num, "", "csv")) from None


def _header_faults(spec: FileKind, header: Sequence[str]) -> list[Fault]:
    missing = [one.name for one in spec.columns if one.required and one.name not in header]
    faults = [Fault(1, name, "header_missing") for name in missing]
    faults += [Fault(1, name, "header_unknown") for name in header if name not in spec.names]
    return faults + [
        Fault(1, name, "header_twice") for name in sorted({one for one in header if header.count(one) > 1})
    ]


def _json_rows(spec: FileKind, lines: Iterator[str]) -> Iterator[NumberedRow | Fault]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            yield Fault(number, "", "json")
            continue
        unknown = [Fault(number, name, "header_unknown") for name in found if name not in spec.names]
        nested = [Fault(number, name, "scalar") for name, value in found.items() if isinstance(value, dict | list)]
        if unknown or nested:
            yield from unknown + nested
        else:
            yield from _row(spec, number, {name: _cell(value) for name, value in found.items()})


def _cell(value: str | bool | None) -> str:  # noqa: FBT001  # a JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _row(spec: FileKind, line: int, cells: dict[str, str]) -> Iterator[NumberedRow | Fault]:
    row: Row = {}
    faults: list[Fault] = []
    for column in spec.columns:
        text = cells.get(column.name, "").strip()
        if not text:
            faults += [Fault(line, column.name, "required")] if column.required else []
            continue
        try:
            row[column.name] = column.read(text)
        except CellInvalid as invalid:
            faults.append(Fault(line, column.name, str(invalid)))
    if faults:
        yield from faults
    else:
        yield NumberedRow(line, row)


def _whole_file_faults(spec: FileKind, count: int, days: set[date], last: int) -> list[Fault]:
    if not count and not spec.may_be_empty:
        return [Fault(1, "", "empty")]
    if days and len(days) == count and len(days) != (max(days) - min(days)).days + 1:
        ordered = sorted(days)
        gap = next(one for one, after in pairwise(ordered) if (after - one).days > 1)
        missing = date.fromordinal(gap.toordinal() + 1).isoformat()
        return [Fault(last, "day", "calendar_gap", {"missing": missing})]
    return []


def _duplicates(
    kind: str, lines: Callable[[], Iterable[bytes]], file_format: FileFormat, suspects: frozenset[int]
) -> list[Fault]:
    """The lines whose key truly came before: the sketch of keys only names suspects."""
    spec = file_kind(kind)
    seen: set[str] = set()
    faults: list[Fault] = []
    for one in read_rows(kind, lines(), file_format):
        if isinstance(one, Fault) or _short(key := spec.key_of(one.row)) not in suspects:
            continue
        if key in seen and len(faults) < ERRORS_MAX:
            faults.append(Fault(one.line, spec.natural_key[0], "duplicate_key"))
        seen.add(key)
    return faults


class _Keys:
    """Eight bytes of every natural key, in buckets that are sorted one at a time."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, key: str) -> None:
        short = _short(key)
        self._buckets[short % _BUCKETS].append(short)

    def repeated(self) -> frozenset[int]:
        """What came more than once."""
        found: set[int] = set()
        for bucket in self._buckets:
            ordered = sorted(bucket)
            found.update(one for one, after in pairwise(ordered) if one == after)
        return frozenset(found)


def _short(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
