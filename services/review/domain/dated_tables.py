"""Reads the dated tables that stand beside the rules as CSV."""

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table; lines that begin with `#` are its notes."""
    text = files("review.domain").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def day_or_none(text: str) -> date | None:
    """An ISO date, or None for an empty cell."""
    return date.fromisoformat(text) if text else None


def in_force(day: date, starts: date | None, ends: date | None) -> bool:
    """Whether a dated row acts on a day: from `starts` (included) until `ends` (the first day it no longer does)."""
    return (starts is None or starts <= day) and (ends is None or day < ends)
