"""The trading calendar: weekdays without the exchanges' holidays, as data."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from finance.calendar import TradingCalendar

FIRST, LAST = date(2014, 1, 1), date(2026, 12, 31)
_SATURDAY = 5


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    return (first + timedelta(days=at) for at in range((last - first).days + 1))


@cache
def holidays() -> frozenset[date]:
    """The weekdays on which the exchanges did not trade."""
    lines = files("market").joinpath("data", "holidays.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return frozenset(
        day for row in rows for day in days_between(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))
    )


def calendar_rows() -> list[tuple[date, bool]]:
    """Every day of the calendar, and whether it trades."""
    return [(day, day.weekday() < _SATURDAY and day not in holidays()) for day in days_between(FIRST, LAST)]


@cache
def calendar() -> TradingCalendar:
    """The calendar of those rows."""
    return TradingCalendar.from_rows(calendar_rows())
