"""Reads the dated tables that stand beside the code as CSV."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files

_COMMENT = "#"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of this package; lines that begin with `#` are its notes."""
    yield from parse(files("finance").joinpath("data", name).read_text(encoding="utf-8").splitlines())


def parse(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows of a table's lines."""
    yield from csv.DictReader(line for line in lines if not line.startswith(_COMMENT))


def day_or_none(text: str) -> date | None:
    """An ISO date, or None for an empty cell."""
    return date.fromisoformat(text) if text else None


def in_force(on: date, starts: date | None, ends: date | None) -> bool:
    """Whether a dated row acts on a day: from `starts` (included) until `ends` (the first day it no longer does)."""
    return (starts is None or starts <= on) and (ends is None or on < ends)
