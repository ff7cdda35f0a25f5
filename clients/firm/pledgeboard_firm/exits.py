"""Exit codes and the outcomes they follow from, as data: scripts act upon them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import ClassVar

from pledgeboard_firm.words import Text
from submissions.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class ExitCode:
    """One way to end."""

    code: int
    name: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class Weight:
    """How an outcome weighs against others, and what it is called."""

    rank: int
    exit: str
    text: Text


class Failure(Exception):  # it ends a command, it is no programming error
    """Why a command did not do what it was asked to."""

    exit: ClassVar[str] = "wrong_use"

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class WrongUse(Failure):
    """The command line, the file or the profile asks for something impossible."""


class NotAdmitted(Failure):
    """The broker refuses the credentials, or what the firm wants to do with them."""

    exit = "not_admitted"


class Unreachable(Failure):
    """Nobody answers, or not in time."""

    exit = "unreachable"


@cache
def exit_codes() -> Sequence[ExitCode]:
    """The table."""
    return [
        ExitCode(code=int(row["code"]), name=row["name"], text=Text(zh=row["zh"], en=row["en"]))
        for row in _rows("exit_codes.csv")
    ]


@cache
def weights() -> dict[Outcome, Weight]:
    """Every outcome's weight."""
    return {
        Outcome(row["outcome"]): Weight(rank=int(row["rank"]), exit=row["exit"], text=Text(zh=row["zh"], en=row["en"]))
        for row in _rows("outcomes.csv")
    }


def exit_code(name: str) -> int:
    """The code of a name.

    Raises:
        KeyError: the table has no such name.
    """
    return {one.name: one.code for one in exit_codes()}[name]


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome that weighs most; ACCEPTED where there is none."""
    return max(outcomes, key=lambda one: weights()[one].rank, default=Outcome.ACCEPTED)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("pledgeboard_firm") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
