"""Which end of day counts for a publication (P11.1)."""

from datetime import date, datetime, time, timedelta

from chassis.kernel import SHANGHAI
from finance.calendar import CalendarEnded, TradingCalendar

LATE_AT = time(7, 0)
# A moment after midnight, so that whoever is asked then is in the new day on every clock.
DAY_BEGINS_AT = time(0, 0, 1)


def required_day(calendar: TradingCalendar | None, publication: date) -> date | None:
    """The trading day before the day of publication (信息发布前一交易日); None when the calendar does not say."""
    if calendar is None:
        return None
    try:
        return calendar.previous_trading_day(publication)
    except CalendarEnded:
        return None


def next_trading_day(calendar: TradingCalendar | None, day: date) -> date | None:
    """The trading day after a day; None past the calendar's end."""
    if calendar is None:
        return None
    try:
        return calendar.next_trading_day(day)
    except CalendarEnded:
        return None


def late_at(snapshot_date: date) -> datetime:
    """From when a day's snapshot is late: 07:00 of the next day (P11.4)."""
    return datetime.combine(snapshot_date + timedelta(days=1), LATE_AT, SHANGHAI)


def next_day_begins(day: date) -> datetime:
    """The first moment of the following day."""
    return datetime.combine(day + timedelta(days=1), DAY_BEGINS_AT, SHANGHAI)
