"""The exit codes, as data: scripts act upon them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pledgeboard.languages import Text


@dataclass(frozen=True, kw_only=True)
class ExitCode:
    """One way to end."""

    code: int
    name: str
    text: Text


@cache
def exit_codes() -> Sequence[ExitCode]:
    """The table."""
    lines = (files("pledgeboard") / "data" / "exit_codes.csv").read_text(encoding="utf-8").splitlines()
    return [
        ExitCode(code=int(row["code"]), name=row["name"], text=Text(zh=row["zh"], en=row["en"]))
        for row in csv.DictReader(lines)
    ]


def exit_code(name: str) -> int:
    """The code of a name.

    Raises:
        KeyError: the table has no such name.
    """
    return {one.name: one.code for one in exit_codes()}[name]
