"""Reads the dated tables that stand beside the rules as CSV."""

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files


def rows_in_force(name: str, on: date) -> Iterator[dict[str, str]]:
    """A table's rows of a day: from `from` (included) until `to` (the first day it no longer holds)."""
    text = files("messaging.domain").joinpath("data", name).read_text(encoding="utf-8")
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        if (not row["from"] or date.fromisoformat(row["from"]) <= on) and (
            not row["to"] or on < date.fromisoformat(row["to"])
        ):
            yield row
