"""Trading days as a table that operators extend, and the windows counted in them (FIN20)."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

_MONTHS_PER_YEAR = 12


class CalendarEnded(LookupError):
    """A day outside the calendar was asked for: nothing is guessed, an operator must extend it."""

    def __init__(self, asked: date, first: date, last: date) -> None:
        super().__init__(f"the trading calendar runs from {first} to {last}; {asked} is outside it")
        self.asked = asked
        self.first = first
        self.last = last


class TradingCalendar:
    """The trading days of a market between two days, both included."""

    def __init__(self, trading_days: Iterable[date], *, first: date, last: date) -> None:
        self.first = first
        self.last = last
        self._days = sorted(set(trading_days))
        self._set = frozenset(self._days)
        if self._days and not first <= self._days[0] <= self._days[-1] <= last:
            raise CalendarEnded(self._days[0] if self._days[0] < first else self._days[-1], first, last)

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[date, bool]]) -> "TradingCalendar":
        """Builds it from rows (day, whether it is a trading day); the rows say where it begins and ends.

        Raises:
            ValueError: there is no row, or a day between the first and the last is missing.
        """
        known = dict(rows)
        if not known:
            raise ValueError("a calendar needs at least one row")
        first, last = min(known), max(known)
        if len(known) != (last - first).days + 1:
            raise ValueError(f"the calendar from {first} to {last} lacks {(last - first).days + 1 - len(known)} days")
        return cls((day for day, trading in known.items() if trading), first=first, last=last)

    @property
    def trading_days(self) -> tuple[date, ...]:
        """All of them, ascending."""
        return tuple(self._days)

    def is_trading_day(self, day: date) -> bool:
        """Whether the market trades on the day."""
        self._require(day)
        return day in self._set

    def next_trading_day(self, day: date) -> date:
        """The first trading day after the day."""
        return self.add(day, 1)

    def previous_trading_day(self, day: date) -> date:
        """The last trading day before the day."""
        return self.add(day, -1)

    def on_or_after(self, day: date) -> date:
        """The day itself if it trades, else the next trading day."""
        return day if self.is_trading_day(day) else self.next_trading_day(day)

    def on_or_before(self, day: date) -> date:
        """The day itself if it trades, else the previous trading day."""
        return day if self.is_trading_day(day) else self.previous_trading_day(day)

    def add(self, day: date, count: int) -> date:
        """T+n: the n-th trading day after the day (before it for a negative n); the day need not trade itself.

        Raises:
            CalendarEnded: the answer lies outside the calendar.
        """
        self._require(day)
        if not count:
            return day
        at = bisect_right(self._days, day) + count - 1 if count > 0 else bisect_left(self._days, day) + count
        if not 0 <= at < len(self._days):
            raise CalendarEnded(
                (self.last if count > 0 else self.first) + timedelta(days=1 if count > 0 else -1), self.first, self.last
            )
        return self._days[at]

    def count_after(self, start: date, end: date) -> int:
        """How many trading days lie after `start` up to `end` (end included); 0 when end is not after start."""
        self._require(start)
        self._require(end)
        return max(0, bisect_right(self._days, end) - bisect_right(self._days, start))

    def between(self, start: date, end: date) -> list[date]:
        """The trading days from `start` to `end`, both included."""
        self._require(start)
        self._require(end)
        return self._days[bisect_left(self._days, start) : bisect_right(self._days, end)]

    def window(self, end: date, count: int) -> list[date]:
        """The last `count` trading days ending with `end` ("n td" of the monitoring rules)."""
        self._require(end)
        stop = bisect_right(self._days, end)
        if stop < count:
            raise CalendarEnded(self.first - timedelta(days=1), self.first, self.last)
        return self._days[stop - count : stop]

    def _require(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise CalendarEnded(day, self.first, self.last)


def add_months(day: date, months: int) -> date:
    """The same day of another month, clipped to that month's end."""
    total = day.year * _MONTHS_PER_YEAR + day.month - 1 + months
    year, month = divmod(total, _MONTHS_PER_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_month_window(day: date, on: date) -> bool:
    """`on <= day <= on + 1 calendar month`, clipped to the month's end: what falls due within one month."""
    return on <= day <= add_months(on, 1)


def term_within(start: date, end: date, *, months: int) -> bool:
    """Whether a term by calendar date is at most so many months: exactly that is within, a day more is not."""
    return end <= add_months(start, months)
